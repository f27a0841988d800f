/** What a module's text says of itself: its imports, its exports, and whether it is an ES module at all. */

import { requireOwn } from './own-require.mts'
import type { Export, Import, parse } from 'es-module-lexer'

export interface ModuleSyntax {
  readonly imports: readonly Import[]
  readonly exports: readonly Export[]
  /** Whether only an ES module may hold this text: `import`, `export` or `import.meta`. */
  readonly hasModuleSyntax: boolean
}

type Lexer = { readonly parse: typeof parse }

/** Kept: each `require` is a look-up of Node's, which takes as long as it takes to lex a small module. */
let lexer: Lexer | undefined

/** By `require`, which waits for nothing: the lexer readies itself when it is first used. */
function readyLexer(): Lexer {
  const { createRequire } = process.getBuiltinModule('node:module')
  return (lexer = requireOwn<Lexer>(createRequire(import.meta.url), 'es-module-lexer'))
}

/** Texts that were lexed last: what a loader has looked at, the engine looks at again. The last one first. */
const recent: { readonly source: string; readonly syntax: ModuleSyntax | undefined }[] = []

/** How many are remembered, and of how many characters: what is large is not kept alive for this. */
const RECENT = 2
const LARGEST = 2 ** 17

function lex(source: string, { parse: run }: Lexer): ModuleSyntax | undefined {
  try {
    const [imports, exports, , hasModuleSyntax] = run(source)
    return { imports, exports, hasModuleSyntax }
  } catch {
    return undefined
  }
}

/** Lexes JavaScript; `undefined` where that fails (V8 will say what is wrong, and say it better). */
export function scanModule(source: string): ModuleSyntax | undefined {
  const ready = lexer ?? readyLexer()
  const known = recent.find((each) => each.source === source)
  if (known !== undefined) return known.syntax
  const syntax = lex(source, ready)
  if (source.length <= LARGEST && recent.unshift({ source, syntax }) > RECENT) recent.pop()
  return syntax
}

/**
 * What only CommonJS offers. A text that uses it without being an ES module is CommonJS. UMD that was minified may do no
 * more with `exports` than ask for its type and hand it on.
 */
const commonjs =
  /(?<![\w$.])(?:require\s*\(|require\.\w|module\.exports|module\[|exports\.[\w$]|exports\[|exports[),;]|typeof exports\b|__dirname\b|__filename\b)/

/** What Node's CommonJS loader hands to a text. */
const parameters = ['exports', 'require', 'module', '__filename', '__dirname']

/** Whether a text waits at its top level, as no CommonJS can. Only V8 tells such an `await` from any other. */
function waits(source: string): boolean {
  if (!/\bawait\b/.test(source)) return false
  const { compileFunction } = process.getBuiltinModule('node:vm')
  try {
    compileFunction(source.replace(/^#!.*/, ''), parameters)
    return false
  } catch {
    // Or it is wrong in another way: V8 will say so of a module, too.
    return true
  }
}

/**
 * The media type of a JavaScript text whose name does not say: `application/node` (CommonJS) when it uses what only
 * CommonJS offers and has no syntax of an ES module, else `text/javascript`.
 */
export function javascriptType(source: string): 'text/javascript' | 'application/node' {
  if (!commonjs.test(source)) return 'text/javascript'
  const syntax = scanModule(source)
  if (syntax === undefined || syntax.hasModuleSyntax) return 'text/javascript'
  return waits(source) ? 'text/javascript' : 'application/node'
}
