/**
 * Node's permission model, passed on to the engine. A worker that is started with flags of its own is under no permission
 * model at all, unless these flags say so: docs/node-notes.md. The engine may do what this thread may, and no more.
 */

/** The model as this thread is under it; `undefined` for a program without `--permission`. */
export const permissionModel = () => process.permission as NodeJS.ProcessPermission | undefined

/**
 * Whether the model allows a file, or a folder. Of a folder that is allowed after what lies in it, Node allows everything but
 * the folder itself: docs/node-notes.md.
 */
export function allows(
  model: NodeJS.ProcessPermission,
  scope: 'fs.read' | 'fs.write',
  path: string,
): boolean {
  return model.has(scope, path) || model.has(scope, `${path}/-`)
}

/** What `process.permission.has` calls a permission → its flag. */
const flags: Readonly<Record<string, string>> = {
  addon: '--allow-addons',
  child: '--allow-child-process',
  ffi: '--allow-ffi',
  inspector: '--allow-inspector',
  net: '--allow-net',
  wasi: '--allow-wasi',
  worker: '--allow-worker',
}

/** The words of `NODE_OPTIONS`: parted at spaces, but for those in double quotes, where a backslash escapes. Node: cli, NODE_OPTIONS. */
export function wordsOf(options: string): string[] {
  return [...options.matchAll(/(?:[^ "]|"(?:\\.|[^"\\])*")+/g)].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1')),
  )
}

/** The values that a list of options has for one: `--name=value`, or `--name` and the value. */
function valuesOf(words: readonly string[], name: string): string[] {
  return words.flatMap((word, index) => {
    const [, option = '', value] = /^(--[\w-]+)(?:=([^]*))?$/.exec(word) ?? []
    return option.replaceAll('_', '-') === name ? [value ?? words[index + 1] ?? ''] : []
  })
}

type Lists = Readonly<Record<string, unknown>>

/** What a configuration file of Node's (`--experimental-config-file`) has for these options. */
function configured(file: string, names: readonly string[]): string[] {
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')
    const { nodeOptions, permission } = JSON.parse(text) as Record<string, Lists | undefined>
    return names.flatMap((name) =>
      [nodeOptions?.[name], permission?.[name]]
        .flat()
        .filter((value) => value !== undefined && value !== false)
        .map((value) => `--${name}=${value}`),
    )
  } catch {
    // Not to be read by this thread: then what it says is not to be learnt, and the engine has that much less.
    return []
  }
}

/** What was said of permissions when the program started: it may move, and change what says so. */
export class PermissionFlags {
  readonly #cwd = process.cwd()
  readonly #given = [...wordsOf(process.env['NODE_OPTIONS'] ?? ''), ...process.execArgv]
  /** Its own file may be read without a flag. */
  readonly #program = process.argv.slice(1, 2)
  #words: readonly string[] | undefined

  /**
   * The flags for a thread that may do what this one may, now: a program may have dropped some (Node 26). Of what was
   * written only what `has` agrees to is passed on. None for a program without the model, or one that only audits.
   */
  list(): string[] {
    const model = permissionModel()
    if (model === undefined) return []
    const words = (this.#words ??= this.#read())
    if (words.some((word) => word.startsWith('--permission-audit'))) return []
    const { resolve } = process.getBuiltinModule('node:path')
    // Node has warned of these flags when the program started, and would in each thread once more.
    const list = ['--permission', '--disable-warning=SecurityWarning']
    for (const [scope, flag] of Object.entries(flags)) if (model.has(scope)) list.push(flag)
    if (model.has('net')) list.push('--disable-warning=ExperimentalWarning')
    for (const kind of ['read', 'write'] as const) {
      const name = `--allow-fs-${kind}`
      const written = [...valuesOf(words, name), ...(kind === 'read' ? this.#program : [])]
      const paths = new Set(written.map((path) => resolve(this.#cwd, path)))
      if (model.has(`fs.${kind}`)) list.push(`${name}=*`)
      else
        for (const path of paths)
          if (allows(model, `fs.${kind}`, path)) list.push(`${name}=${path}`)
    }
    return list
  }

  #read(): string[] {
    const words = this.#given
    const files = valuesOf(words, '--experimental-config-file')
    if (words.includes('--experimental-default-config-file')) files.push('node.config.json')
    const { resolve } = process.getBuiltinModule('node:path')
    const names = ['allow-fs-read', 'allow-fs-write', 'permission-audit']
    return [...words, ...files.flatMap((file) => configured(resolve(this.#cwd, file), names))]
  }
}
