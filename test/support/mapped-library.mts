/** A small TypeScript library that has to be compiled, as an ES module and as CommonJS, and where things are in it. */

const library = (fail: string, lines: string) => `type Text = string

enum Kind { A, B }

${fail} (text: Text): never {
\tconst wide = '日'; throw new Error(text + Kind.B + wide)
}

${lines} (text: Text): string[] {
  return text.split(',').map((each: string) => each + Kind[1])
}
`

/** Exports `fail`, which throws, and `lines`. */
export const moduleText = library('export function fail', 'export function lines')
export const commonjsText = library(
  'exports.fail = function fail',
  'exports.lines = function lines',
)

/** Where a text says `what`: line and column, from 1. */
export function placeOf(text: string, what: string): readonly [line: number, column: number] {
  const at = text.indexOf(what)
  if (at === -1) throw new RangeError(`no '${what}'`)
  const before = text.slice(0, at)
  return [before.split('\n').length, at - before.lastIndexOf('\n')]
}
