/** One program's way to JavaScript: erased in place where that is right, compiled where it is not. */

import { noteStatics } from '../../core/module-statics.mts'
import { scanModule } from '../../core/module-syntax.mts'
import { compile, compileByEsbuild } from './compiler.mts'
import { bindsImports, elide, elideAllBut, exportsNames } from './elision.mts'
import { hasDecorators, unlessDenied, withoutCompiler, withoutUnseen } from './uncompiled.mts'
import { goalOf, statedGoal, writtenIn } from './goal.mts'
import { compileByOxc } from './oxc.mts'
import { later, wholly } from '../../core/steps.mts'
import { stripQuickly, stripTypes, withUseStrict } from './strip.mts'
import { compilerOptionsFor, setsClassFields } from './tsconfig.mts'
import type { ErasedText } from './eraser/erasure.mts'
import type { Compiled, CompilerVariant, Language, Program } from './compiler.mts'
import type { Steps } from '../../core/steps.mts'
import type { TransformResult } from '../../core/types.mts'

export interface Input {
  readonly source: string
  /** Absolute URL, or any name for messages. */
  readonly url: string
  readonly essence: string
  /** The media type's `goal`: `commonjs` or `module`. */
  readonly goalParameter: string | undefined
  readonly signal: AbortSignal | undefined
  readonly wantsMap: boolean
}

function languageOf({ essence, url }: Input): Language {
  if (essence === 'text/jsx') return 'jsx'
  // Servers say application/typescript of `.tsx`, too. Angle-bracket assertions are an error in it by TypeScript's rules.
  return essence === 'text/tsx' || /\.tsx(?:[?#]|$)/.test(url) ? 'tsx' : 'ts'
}

/** What Node's stripping lets through and V8 does not know. Decorators are found by the compiler: `@` is in comments, too. */
const beyond =
  /\bexport\s+as\s+namespace\b|(?:^[ \t]*|[;{}]\s*)(?:static\s+)?accessor[ \t]+[\w$#['"]/m

/** Whether a text has it. Few have its words, and to look for a word is quicker. */
function isBeyondStripping(stripped: string): boolean {
  const mayBe = stripped.includes('accessor') || stripped.includes('namespace')
  return mayBe && beyond.test(stripped)
}

/** A text whose types are white space. */
interface Erased {
  readonly code: string
  readonly hasModuleSyntax: boolean
}

/**
 * Blanks the imports that only types use, by the names that a reader noted; `undefined` where those do not tell. What is
 * wrong with the rest is V8's to say, as of any JavaScript: each line and column is where it was.
 */
function withoutUnused({ source, options }: Program, erasure: ErasedText): Erased | undefined {
  const { code, names, statics } = erasure
  if (options.preserveValueImports === true || !names.exportsValues(source)) return undefined
  const used = options.verbatimModuleSyntax === true ? 'all' : names.usedImports(source)
  if (used === 'all' && statics !== undefined) {
    noteStatics(code, statics)
    return { code, hasModuleSyntax: true }
  }
  const syntax = used === undefined ? undefined : scanModule(code)
  if (used === undefined || syntax === undefined) return undefined
  const { hasModuleSyntax } = syntax
  const kept = used === 'all' ? code : elideAllBut(used, code, syntax)
  return kept === undefined ? undefined : { code: kept, hasModuleSyntax }
}

/**
 * Erases the types and leaves every other character where it is; `undefined` when the program needs compiling. What was
 * compiled on the way is handed over, so that it is compiled once.
 */
function* erase(program: Program): Steps<Erased | { compiled: Compiled } | undefined> {
  const { options, source, goal } = program
  if (options.importsNotUsedAsValues !== undefined) return undefined
  if (setsClassFields(options) && /\bclass\b/.test(source)) return undefined
  const quick = stripQuickly(source)
  if (quick === 'compiled') return undefined
  const certain = quick?.isCertain === true ? withoutUnused(program, quick) : undefined
  if (certain !== undefined) {
    const isModule = goal === 'application/node' && certain.hasModuleSyntax
    return isModule ? undefined : certain
  }
  // What it is compiled to says which imports are used, and that it is without fault.
  const judged = quick && (yield* compileByOxc({ ...program, wantsMap: false }))
  const stripped =
    quick && judged ? quick.code : yield* later(() => Promise.resolve(stripTypes(source)))
  if (stripped === undefined || isBeyondStripping(stripped)) return undefined
  const syntax = scanModule(stripped)
  if (syntax === undefined) return undefined
  if (goal === 'application/node' && syntax.hasModuleSyntax) return undefined
  const erased = { code: stripped, hasModuleSyntax: syntax.hasModuleSyntax }

  // An import that only types use is not to be loaded, an exported type is not there, and V8 knows no decorators. Only a
  // parser can tell.
  const isVerbatim = options.verbatimModuleSyntax === true
  const mayElide = exportsNames(stripped, syntax) || (!isVerbatim && bindsImports(stripped, syntax))
  if (!mayElide && !stripped.includes('@')) return erased
  const compiled = judged ?? (yield* attempt(program, unlessDenied))
  if (compiled === undefined) {
    return hasDecorators(stripped) ? undefined : withoutUnseen(program, erased, syntax)
  }
  if (compiled.decorated) return { compiled }
  const elided = mayElide ? elide(stripped, syntax, compiled, isVerbatim) : stripped
  return elided === undefined ? { compiled } : { ...erased, code: elided }
}

/** Compiles, or does with the compiler's error what `otherwise` does. */
function* attempt<T>(program: Program, otherwise: (error: unknown) => T): Steps<Compiled | T> {
  try {
    return yield* compile(program)
  } catch (error) {
    return otherwise(error)
  }
}

const importEquals = /\bimport\s+([\w$]+)\s*=\s*require\s*\(/g
/** What becomes of it. */
const required = /^(?:export )?const ([\w$]+) = require\(/gm
const ownRequire = /\b(?:const|let|var|function)\s+require\b/
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);'

/** Whether what is left of a text has an `import x = require('y')`. That may stand in a comment or a string, too. */
function requires(source: string, code: string): boolean {
  const names = new Set(Array.from(source.matchAll(importEquals), ([, name]) => name))
  return names.size > 0 && code.matchAll(required).some(([, name]) => names.has(name))
}

/** What a first compilation showed to be wanting. */
function variantFor(
  program: Program,
  compiled: Compiled,
): { goal: NonNullable<Program['goal']>; variant: CompilerVariant | undefined } {
  const { source, url } = program
  const written = writtenIn(program, compiled)
  const goal = program.goal ?? goalOf(url, written.code, written.hasModuleSyntax)
  const variant: CompilerVariant = {
    // What esbuild added to a CommonJS text for JSX has to be a `require`.
    ...(goal === 'application/node' && written.importsRuntime && { format: 'cjs' }),
    // TypeScript's own way for `import x = require('y')` in an ES module. Node makes a `require` for files alone.
    ...(goal === 'text/javascript' &&
      url.startsWith('file:') &&
      requires(source, compiled.code) &&
      !ownRequire.test(source) && { banner: requireBanner }),
    // A class that speaks of itself is renamed to `_Name` when its decorators are lowered; its `name` must not be.
    ...(compiled.decorated && compiled.code.includes('class _') && { keepNames: true }),
  }
  return { goal, variant: Object.keys(variant).length === 0 ? undefined : variant }
}

/** Converts a program. @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY, ERR_MIMEPORT_CONFIG, ERR_MIMEPORT_PERMISSION. */
export function* conversion(input: Input): Steps<TransformResult> {
  const program: Program = {
    source: input.source,
    url: input.url,
    language: languageOf(input),
    options: yield* compilerOptionsFor(input.url),
    goal: statedGoal(input.url, input.goalParameter),
    signal: input.signal,
    wantsMap: input.wantsMap,
  }
  const erased = program.language === 'ts' ? yield* erase(program) : undefined
  if (erased !== undefined && 'code' in erased) {
    const goal = program.goal ?? goalOf(input.url, erased.code, erased.hasModuleSyntax)
    const strict = program.options.alwaysStrict ?? program.options.strict ?? false
    const source = goal === 'application/node' && strict ? withUseStrict(erased.code) : erased.code
    return { source, format: goal }
  }

  let compiled = erased?.compiled ?? (yield* attempt(program, withoutCompiler(program)))
  let { goal, variant } = variantFor(program, compiled)
  if (compiled.by === 'oxc' && goal === 'application/node') {
    // It knows no CommonJS, where what is written may mean something else.
    compiled = yield* later(() => compileByEsbuild(program).catch(withoutCompiler(program)))
    ;({ goal, variant } = variantFor(program, compiled))
  }
  if (variant !== undefined && compiled.by === 'esbuild') {
    compiled = yield* later(() => compileByEsbuild(program, variant))
  }
  const { code, map } = compiled
  return { source: code, format: goal, ...(map !== '' && { map }) }
}

/** Converts a program, and waits where that takes a while. @throws as {@link conversion} does */
export function convert(input: Input): Promise<TransformResult> {
  return wholly(conversion(input))
}
