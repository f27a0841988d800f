/** A small program that uses nothing of ours: its files, and how it is started. */

export interface Program {
  /** A fact, or what it does; unique. */
  readonly name: string
  readonly files: Readonly<Record<string, string | Uint8Array>>
  /** Links: path → what it leads to, relative to the link's own folder. */
  readonly links?: Readonly<Record<string, string>>
  /** What stands on the command line after the preload; `app.mjs`, or `app.cjs`, when left out. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** What every program may use to say what it sees, so that little is missed. Files of the program's own. */
export const spoken = {
  'show.cjs': `
const { inspect } = require('node:util')
const text = (value) => inspect(value, { depth: 3, showHidden: true, breakLength: 120 })
exports.show = (...values) => console.log(...values.map(text))
exports.fail = (error) => {
  console.log('failed', Object.prototype.toString.call(error), text(error))
  if (!(error instanceof Error)) return
  console.log(error.stack, error.code, text(Object.getOwnPropertyDescriptors(error)))
}
exports.state = () => {
  console.log('cache', Object.keys(require.cache))
  const tree = (module) => [module.filename, module.loaded, module.children.map(tree)]
  if (require.main) console.log('main', text(tree(require.main)), require.main.paths)
}
`,
} as const

/** The program's arguments, as they are when it does not say. */
export function argsOf({ args, files }: Program): readonly string[] {
  return args ?? ['app.mjs' in files ? 'app.mjs' : 'app.cjs']
}
