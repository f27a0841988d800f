/** What a program may import. */

export interface Target {
  readonly name: string
  readonly specifier: string
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly links?: Readonly<Record<string, string>>
  /** `import … with`. */
  readonly type?: string
  /** The file that it is, where it can be the program itself. */
  readonly entry?: string
}

/** A package.json. */
export const pack = (content: object) => JSON.stringify(content)
