/** The words of TypeScript's grammar, reserved or not. Any other name is as good as the next. */

const words =
  'abstract accessor as asserts async await break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get global if implements import in infer instanceof interface is keyof let module namespace new null of out override package private protected public readonly return satisfies set static super switch symbol this throw true try type typeof unique using var void while with yield'.split(
    ' ',
  )

const longest = Math.max(...words.map((each) => each.length))
const first = 'a'.charCodeAt(0)
const letters = 26

/** By length and first letter. */
const table: string[][] = Array.from({ length: (longest + 1) * letters }, () => [])
for (const each of words) table[each.length * letters + each.charCodeAt(0) - first]!.push(each)

/**
 * The word from `start` to `end`, the same string each time; `''` for what is none. To make a string of each name would take
 * longer than to read it.
 */
export function wordAt(source: string, start: number, end: number): string {
  const letter = source.charCodeAt(start) - first
  const length = end - start
  if (letter < 0 || letter >= letters || length > longest) return ''
  const found = table[length * letters + letter]!
  for (let each = 0; each < found.length; each++) {
    if (source.startsWith(found[each]!, start)) return found[each]!
  }
  return ''
}

/** Words that name nothing in a module. ECMA-262 §12.7.2 */
const reserved = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield'.split(
    ' ',
  ),
)

/** Whether a word is reserved; no other name is. */
export function isReserved(word: string): boolean {
  return word !== '' && reserved.has(word)
}
