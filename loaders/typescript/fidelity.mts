/**
 * Where oxc-transform makes of a program what esbuild makes of it. Each rule stands for a difference that was found; what is
 * in doubt is esbuild's. test/loaders/typescript-equality.test.mts holds them to it.
 */

import { enumNames, namespaceNames } from './declared-names.mts'
import { isDeep } from './nesting.mts'
import { hasPlainPragmas } from './jsx.mts'
import { setsClassFields } from './tsconfig.mts'
import type { ModuleSyntax } from '../../core/module-syntax.mts'
import type { Program } from './compiler.mts'

/** A text of this size keeps a thread from its other work, and esbuild has its own. */
const large = 1_000_000

/** What it has no way for, or another one: `accessor`, `import x = …`, `export = …`, an ambient enum's members. */
const others =
  /\baccessor\b|\bimport\s+(?:type\s+)?[^\s"'{*(=,]+\s*=|\bexport\s*=|\bexport\s+as\b|\bdeclare\s+(?:const\s+)?enum\b/

const factory = /^[\w$]+(?:\.[\w$]+)*$/

function isSuitableJsx({ options, source }: Program): boolean {
  const { jsx, jsxFactory = 'h', jsxFragmentFactory = 'h' } = options
  // With `jsx: react-jsxdev`, elements know their line and column.
  if (jsx?.toLowerCase() === 'react-jsxdev' || source.includes('__proto__')) return false
  return factory.test(jsxFactory) && factory.test(jsxFragmentFactory) && hasPlainPragmas(source)
}

/** Whether a name is declared more than once, or merged with something of another kind. */
function isMerged(source: string, all: readonly string[]): boolean {
  if (new Set(all).size < all.length) return true
  return all.some((name) =>
    new RegExp(`\\b(?:class|function|enum)\\s+${RegExp.escape(name)}(?![\\w$])`).test(source),
  )
}

/** Whether a program may be given to it at all. */
export function isSuitable(program: Program): boolean {
  const { options, source, language } = program
  if (program.goal === 'application/node') return false
  if (options.importsNotUsedAsValues !== undefined) return false
  if (options.preserveValueImports === true) return false
  // An assignment that it makes of a field has no mapping of its own: what a setter throws would be shown elsewhere.
  if (setsClassFields(options) && /\bclass\b/.test(source)) return false
  if (source.length > large || source.startsWith('\ufeff') || others.test(source)) return false
  if (language !== 'ts' && !isSuitableJsx(program)) return false
  const namespaces = namespaceNames(source)
  if (namespaces.length > 0) {
    // Names that a namespace exports are in scope in its other parts, and in its enums.
    if (isMerged(source, namespaces) || /\benum\b|\bexport\s+(?:const|let|var)\s*[{[]/.test(source))
      return false
  }
  if (/\bdelete\b/.test(source) && enumNames(source).length > 0) return false
  return !isDeep(source)
}

/** Whether `@` stands in a line where a decorator may: not after a comment's start, and not in a string. */
function hasDecorators(code: string): boolean {
  if (!code.includes('@')) return false
  return code
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .split('\n')
    .some((line) => {
      const at = line.indexOf('@')
      return at >= 0 && !/^\s*\*|\/[/*]/.test(line.slice(0, at))
    })
}

/** Of a line that is inside a block: the line that opened it. By the indentation, which is one tab a block. */
function openerOf(lines: readonly string[], index: number): string {
  const depth = /^\t*/.exec(lines[index]!)![0].length
  for (let at = index - 1; at >= 0; at--) {
    if (/^\t*/.exec(lines[at]!)![0].length < depth && lines[at] !== '') return lines[at]!
  }
  return ''
}

const parameterProperty = /[(,)]\s*(?:public|private|protected|readonly|override)\s/

/** Properties from parameters are set after `super()`: it finds that one only as a statement of the constructor itself. */
function setsAfterSuper(source: string, code: string): boolean {
  if (!code.includes('super(') || !parameterProperty.test(source)) return true
  const lines = code.split('\n')
  return lines.every((line, index) => {
    if (!line.includes('super(')) return true
    return /^\t+super\([^]*\);$/.test(line) && openerOf(lines, index).includes('constructor(')
  })
}

/** A call of the helper, whole: what is inside is indented, as everything is. */
const decoration = /^(\t*)[^\n]*\b_decorate\d*\(\[(?:[^\n]*\);$|[^]*?\n\1\][^\n]*\);$)/gm
/** Of a static member, or of a private one. */
const unusual = /\], (?:[\w$\u0080-\uffff]+, |[^\n]*, "", )/

/** Static members come last in TypeScript; where decorators are called, private names are out of scope. */
function isPlainlyDecorated(source: string, code: string): boolean {
  if (!code.includes('_decorate')) return true
  if (namespaceNames(source).length > 0) return false
  if (code.includes('let _default = class')) return false
  return code.matchAll(decoration).every(([call]) => !call.includes('#') && !unusual.test(call))
}

const exportClause = /^export \{ ([^}]*) \};$/gm

/** An exported name that nothing declares is taken for a type there, and is a SyntaxError here. */
function exportsDeclared(code: string): boolean {
  return code.matchAll(exportClause).every(([clause, list = '']) => {
    const rest = code.replace(clause, '')
    return list.split(', ').every((each) => {
      const [local = ''] = each.split(' as ')
      return new RegExp(`(?<![\\w$.])${RegExp.escape(local)}(?![\\w$])`).test(rest)
    })
  })
}

const bareImport = /^import "/m
/** `export { type A } from 'x'` may be `export {} from 'x'`, or nothing: it takes types for the latter, and no names for the former. */
const emptyExport = /^export \{\} from "/m
const typeExport = /\bexport\s*\{[^{}]*\btype\b/

/** Whether what came out is what esbuild would have made. */
export function isFaithful(program: Program, code: string, syntax: ModuleSyntax): boolean {
  const { source, language, options } = program
  const names = syntax.exports.flatMap((each) => ('name' in each ? each.name : []))
  if (new Set(names).size < names.length) return false
  if (hasDecorators(code)) return false
  // `import {} from 'x'` is no import in TypeScript.
  const hasBare = code.includes('import "') && bareImport.test(code)
  const isVerbatim = options.verbatimModuleSyntax === true
  const keepsBare = () => isVerbatim || /\bimport\s*["']/.test(source)
  if (hasBare && !keepsBare()) return false
  if (isVerbatim ? typeExport.test(source) : emptyExport.test(code)) return false
  if (language !== 'ts' && code.includes('children: [...')) return false
  return exportsDeclared(code) && setsAfterSuper(source, code) && isPlainlyDecorated(source, code)
}
