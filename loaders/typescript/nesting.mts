/** How deep a text may nest, before anything has parsed it. */

/** Below this many characters nothing is deep enough to overflow a parser's stack, whatever it says. */
const short = 6_000

/**
 * Brackets one in the other, and words and operators one after the other: `a => a => …` has no brackets. Of `<`, each of which
 * may begin arguments that are read to the end for nothing: `a<b,a<b,…`.
 */
const limits = { brackets: 250, words: 1_500, arguments: 250 }

const token =
  /[\w$\u0080-\uffff]+|[([{]|[)\]}]|[;,]|\n(?=[ \t]*(?:const|var|export|return)\b)|[^\s\w]/g

/**
 * Whether a text nests deeper than a recursive parser is to be asked to follow: one in this process that overflows its stack
 * ends the process. Strings and comments count, too.
 */
export function isDeep(source: string): boolean {
  if (source.length < short) return false
  /** Words since the last `;` or `,`, by bracket. */
  const words = [0]
  let total = 0
  let elses = 0
  let open = 0
  let last = ''
  for (const [found] of source.matchAll(token)) {
    if (found === '<') open++
    else if (found === ';' || found === '{' || found === '}') open = 0
    else if (found === '>' && last !== '=') open = 0
    last = found
    if (found === '(' || found === '[' || found === '{') {
      words.push(0)
    } else if (found === ')' || found === ']' || found === '}') {
      if (words.length > 1) total -= words.pop()!
    } else if (found === ';' || found === ',' || found === '\n') {
      total -= words.at(-1)!
      words[words.length - 1] = 0
    } else {
      if (found === 'else') elses++
      words[words.length - 1]!++
      total++
    }
    if (open > limits.arguments) return true
    if (words.length > limits.brackets || total > limits.words || elses > limits.words) return true
  }
  return false
}
