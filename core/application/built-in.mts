/** The loaders that ship with us: anything else in their folder was dropped in by the project. */

/** In the order in which they are asked: the first three answer before `http` does, for the origins and the archives that they are for. */
export const builtIn: readonly string[] = [
  'signed',
  'encrypted',
  'archive',
  'addon',
  'cdn',
  'codeberg',
  'csv',
  'data',
  'fenced-md',
  'file',
  'github',
  'gitlab',
  'http',
  'json',
  'json5',
  'shebang',
  'text',
  'toml',
  'typescript',
  'wasm',
  'yaml',
]
