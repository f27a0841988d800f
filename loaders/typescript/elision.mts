/**
 * Import elision: an import that only types use leaves no trace in JavaScript. What is unused, esbuild says; this file
 * blanks it, so that nothing else moves.
 */

import { scanModule } from '../../core/module-syntax.mts'
import type { Import } from 'es-module-lexer'

/** Half open, in UTF-16 code units. */
type Range = readonly [start: number, end: number]

interface Binding {
  readonly local: string
  /** What to blank when this binding goes and its neighbours stay. */
  readonly range: Range
}

/** An import declaration that binds names, or has braces for them. */
interface Declaration {
  readonly range: Range
  readonly own: readonly Binding[]
  /** The bindings in braces, and what to blank when all of them go and the default import stays. */
  readonly braces: { readonly range: Range; readonly bindings: readonly Binding[] } | undefined
}

const token = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{},*]|[^\s{},*"'/]+/g

/** Parses `import D, { a as b } from`; `undefined` for what binds nothing (`import 'x'`, `export … from`). */
function parseDeclaration(code: string, found: Import): Declaration | undefined {
  if (found.type !== 'static' || found.phase !== null) return undefined
  const clause = code.slice(found.importStart, found.start - 1)
  const words = [...clause.matchAll(token)]
    .map((match) => ({ text: match[0], start: found.importStart + match.index }))
    .filter(({ text }) => !/^\/[/*]/.test(text))
  if (words[0]?.text !== 'import' || words.length < 3) return undefined
  words.pop() // `from`
  const end = (index: number) => (words[index]?.start ?? 0) + (words[index]?.text.length ?? 0)

  const own: Binding[] = []
  let braces: Declaration['braces']
  let comma: number | undefined
  for (let i = 1; i < words.length; i++) {
    const { text, start } = words[i]!
    if (text === ',') comma = start
    else if (text === '*') {
      own.push({ local: words[i + 2]?.text ?? '', range: [comma ?? start, end(i + 2)] })
      i += 2
    } else if (text !== '{') {
      own.push({ local: text, range: [start, words[i + 1] ? end(i + 1) : end(i)] })
    } else {
      const bindings: Binding[] = []
      let first = i + 1
      for (i++; words[i] !== undefined; i++) {
        const closes = words[i]!.text === '}'
        if (!closes && words[i]!.text !== ',') continue
        if (i > first) {
          const range: Range = [words[first]!.start, closes ? end(i - 1) : end(i)]
          bindings.push({ local: words[i - 1]!.text, range })
        }
        first = i + 1
        if (closes) break
      }
      braces = { range: [comma ?? start, end(i)], bindings }
    }
  }
  return { range: [found.importStart, found.importEnd], own, braces }
}

function declarations(code: string, imports: readonly Import[]): Declaration[] {
  return imports.flatMap((each) => parseDeclaration(code, each) ?? [])
}

/** Whether there is anything that could be unused. `import 'x'` never is. */
export function bindsImports(code: string, imports: readonly Import[]): boolean {
  return declarations(code, imports).length > 0
}

function locals(declared: readonly Declaration[]): string[] {
  return declared.flatMap(({ own, braces }) =>
    [...own, ...(braces?.bindings ?? [])].map(({ local }) => local),
  )
}

/** What to blank of one declaration; a declaration that goes whole leaves a `;`, which may be what ends the line above. */
function rangesToBlank(
  { range, own, braces }: Declaration,
  kept: ReadonlySet<string>,
): { whole: Range } | { parts: readonly Range[] } {
  const goes = ({ local }: Binding) => !kept.has(local)
  const inBraces = braces?.bindings ?? []
  if ([...own, ...inBraces].every(goes)) return { whole: range }
  const parts = own.filter(goes).map((each) => each.range)
  if (braces !== undefined && inBraces.every(goes)) parts.push(braces.range)
  else parts.push(...inBraces.filter(goes).map((each) => each.range))
  return { parts }
}

function blank(code: string, [start, end]: Range, lead = ''): string {
  const blanked = lead + code.slice(start + lead.length, end).replace(/[^\r\n]/g, ' ')
  return code.slice(0, start) + blanked + code.slice(end)
}

/**
 * Blanks the imports of `stripped` that `compiled` has no more. `undefined` when the two cannot be compared: a name that is
 * written with an escape, or that the compiler changed.
 */
export async function elide(
  stripped: string,
  imports: readonly Import[],
  compiled: string,
): Promise<string | undefined> {
  const declared = declarations(stripped, imports)
  if (declared.length === 0) return stripped
  const names = new Set(locals(declared))
  const output = await scanModule(compiled)
  if (output === undefined) return undefined
  const kept = new Set(locals(declarations(compiled, output.imports)))
  if ([...names].some((each) => each.includes('\\'))) return undefined
  if ([...kept].some((each) => !names.has(each))) return undefined

  let code = stripped
  for (const declaration of declared) {
    const ranges = rangesToBlank(declaration, kept)
    if ('whole' in ranges) code = blank(code, ranges.whole, ';')
    else for (const range of ranges.parts) code = blank(code, range)
  }
  return code
}
