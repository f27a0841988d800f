/**
 * Elision: an import that only types use leaves no trace in JavaScript, nor does an exported type. Which these are, esbuild
 * says; this file blanks them, so that nothing else moves.
 */

import { scanModule } from '../../core/module-syntax.mts'
import { skipTrivia } from './trivia.mts'
import type { Export, Import } from 'es-module-lexer'
import type { Compiled } from './compiler.mts'
import type { ModuleSyntax } from '../../core/module-syntax.mts'

/** Half open, in UTF-16 code units; `lead` is what stands in the place of its first characters. */
type Range = readonly [start: number, end: number, lead?: string]

interface Binding {
  readonly local: string
  /** What to blank when this binding goes and its neighbours stay. */
  readonly range: Range
}

/** An import declaration that binds names, or has braces for them; or `export {} from`, which no import is left of, either. */
interface Declaration {
  readonly range: Range
  readonly own: readonly Binding[]
  /** The bindings in braces, and what to blank when all of them go and the default import stays. */
  readonly braces: { readonly range: Range; readonly bindings: readonly Binding[] } | undefined
}

const token = /\/\/.*|\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{},*]|[^\s{},*"'/]+/g

/** Parses `import D, { a as b } from`; `undefined` for what stays (`import 'x'`, `export { a } from`). */
function parseDeclaration(code: string, found: Import): Declaration | undefined {
  if (found.type !== 'static' || found.phase !== null) return undefined
  const clause = code.slice(found.importStart, found.start - 1)
  const words = [...clause.matchAll(token)]
    .map((match) => ({ text: match[0], start: found.importStart + match.index }))
    .filter(({ text }) => !/^\/[/*]/.test(text))
  const isEmptyExport = words.length === 4 && words[1]?.text === '{' && words[2]?.text === '}'
  if (words.length < 3 || !(words[0]?.text === 'import' || isEmptyExport)) return undefined
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
  // The `;` may be what ends the line above.
  return { range: [found.importStart, found.importEnd, ';'], own, braces }
}

function declarations(code: string, imports: readonly Import[]): Declaration[] {
  return imports.flatMap((each) => parseDeclaration(code, each) ?? [])
}

/** Whether a text has imports that may turn out to be unused. `import 'x'` is none. */
export function bindsImports(code: string, { imports }: ModuleSyntax): boolean {
  return declarations(code, imports).length > 0
}

/** The offsets of the exports whose names are in braces, and so may be of types. */
function clauseStarts(code: string, exports: readonly Export[]): Set<number> {
  const starts = new Set(exports.map((each) => (each.type === 'direct' ? each.exportStart : -1)))
  for (const start of starts) {
    if (start < 0 || code[skipTrivia(code, start + 'export'.length)] !== '{') starts.delete(start)
  }
  return starts
}

const exportedName = /^export\s+default\s+[\w$]+\s*(?:[;}\n]|$)/

/** Whether a text exports by name (`export { a }`, `export default a`) what may turn out to be a type. */
export function exportsNames(code: string, { exports }: ModuleSyntax): boolean {
  const byDefault = exports.find((each) => each.type === 'direct' && each.name === 'default')
  const start = byDefault?.exportStart ?? 0
  return (
    clauseStarts(code, exports).size > 0 ||
    (byDefault !== undefined && exportedName.test(code.slice(start, start + 200)))
  )
}

function locals(declared: readonly Declaration[]): string[] {
  return declared.flatMap(({ own, braces }) =>
    [...own, ...(braces?.bindings ?? [])].map(({ local }) => local),
  )
}

/** What to blank of one declaration: itself, or its parts. */
function rangesToBlank({ range, own, braces }: Declaration, kept: ReadonlySet<string>): Range[] {
  const goes = ({ local }: Binding) => !kept.has(local)
  const inBraces = braces?.bindings ?? []
  if ([...own, ...inBraces].every(goes)) return [range]
  const parts = own.filter(goes).map((each) => each.range)
  if (braces !== undefined && inBraces.every(goes)) parts.push(braces.range)
  else parts.push(...inBraces.filter(goes).map((each) => each.range))
  return parts
}

/** The names in braces that are exported no more. `undefined` when another export is gone. */
function exportsToBlank(
  code: string,
  exports: readonly Export[],
  kept: ReadonlySet<string>,
): Range[] | undefined {
  const starts = clauseStarts(code, exports)
  const ranges: Range[] = []
  for (const each of exports) {
    if (!('name' in each) || kept.has(each.name)) continue
    if (each.type !== 'direct' || !starts.has(each.exportStart)) return undefined
    const next = skipTrivia(code, each.end)
    const end = code[next] === ',' ? next + 1 : each.end
    ranges.push([each.localStart === -1 ? each.start : each.localStart, end])
  }
  return ranges
}

function blank(code: string, ranges: readonly Range[]): string {
  let blanked = ''
  let copied = 0
  for (const [start, end, lead = ''] of ranges.toSorted(([a], [b]) => a - b)) {
    blanked += code.slice(copied, start) + lead
    blanked += code.slice(start + lead.length, end).replace(/[^\r\n]/g, ' ')
    copied = end
  }
  return blanked + code.slice(copied)
}

/**
 * Blanks the imports and exports of `stripped` that `compiled` has no more. `undefined` when that cannot be told name by name:
 * one is written with an escape, or the compiler changed it. `isVerbatim`: imports are all to stay, those of no names, too.
 */
export function elide(
  stripped: string,
  syntax: ModuleSyntax,
  compiled: Pick<Compiled, 'code' | 'syntax'>,
  isVerbatim = false,
): string | undefined {
  const output = compiled.syntax ?? scanModule(compiled.code)
  if (output === undefined) return undefined
  const declared = declarations(stripped, syntax.imports)
  const names = new Set(locals(declared))
  const kept = new Set(locals(declarations(compiled.code, output.imports)))
  if ([...names].some((each) => each.includes('\\'))) return undefined
  if ([...kept].some((each) => !names.has(each))) return undefined
  const exported = output.exports.flatMap((each) => ('name' in each ? each.name : []))
  const exports = exportsToBlank(stripped, syntax.exports, new Set(exported))
  if (exports === undefined) return undefined
  const imports = isVerbatim ? [] : declared.flatMap((each) => rangesToBlank(each, kept))
  return blank(stripped, [...imports, ...exports])
}

/**
 * Blanks the imports of `stripped` whose names are not among those that are used. `undefined` when that cannot be told name
 * by name.
 */
export function elideAllBut(
  used: ReadonlySet<string>,
  stripped: string,
  syntax: ModuleSyntax,
): string | undefined {
  const declared = declarations(stripped, syntax.imports)
  const names = new Set(locals(declared))
  if ([...used].some((each) => !names.has(each))) return undefined
  return blank(
    stripped,
    declared.flatMap((each) => rangesToBlank(each, used)),
  )
}

/**
 * Blanks the imports of `stripped` whose names stand nowhere else in it: nothing uses them. For where no compiler says which
 * of the others are used.
 */
export function elideUnseen(stripped: string, syntax: ModuleSyntax): string {
  const declared = declarations(stripped, syntax.imports)
  // A name may be written with an escape.
  if (/\\u/.test(stripped)) return stripped
  const rest = blank(
    stripped,
    declared.map(({ range }) => range),
  )
  const seen = new Set(rest.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu))
  return blank(
    stripped,
    declared.flatMap((each) => rangesToBlank(each, seen)),
  )
}
