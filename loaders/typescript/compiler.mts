/** What a program is compiled with, and into what. */

import { jsxOptions } from './jsx.mts'
import { compileByOxc } from './oxc.mts'
import { faultOf, runEsbuild } from './service.mts'
import { later } from '../../core/steps.mts'
import { syntaxError } from './syntax-error.mts'
import type { TransformOptions } from 'esbuild'
import type { ModuleSyntax } from '../../core/module-syntax.mts'
import type { Goal } from './goal.mts'
import type { Steps } from '../../core/steps.mts'
import type { CompilerOptions } from './tsconfig.mts'

export type Language = 'ts' | 'tsx' | 'jsx'

export interface Program {
  readonly source: string
  readonly url: string
  readonly language: Language
  readonly options: CompilerOptions
  /** What name or media type say; `undefined` when they say nothing. */
  readonly goal: Goal | undefined
  readonly signal: AbortSignal | undefined
  readonly wantsMap: boolean
}

/** What is changed in a second compilation. */
export type CompilerVariant = Pick<TransformOptions, 'banner' | 'format' | 'keepNames'>

export interface Compiled {
  readonly code: string
  /** JSON of a source map, version 3; '' where none was wanted. */
  readonly map: string
  /** Of `code`, where it has been scanned. */
  readonly syntax?: ModuleSyntax
  /** Whether decorators were lowered: their run-time support is there. */
  readonly decorated: boolean
  readonly by: 'esbuild' | 'oxc'
}

function esbuildOptions(program: Program, variant: CompilerVariant): TransformOptions {
  const { strict, alwaysStrict = strict, ...options } = program.options
  return {
    charset: 'utf8',
    // V8 runs what TypeScript's `esnext` has, but for decorators (and `accessor`, which goes with them).
    target: 'esnext',
    supported: { decorators: false },
    loader: program.language,
    platform: 'node',
    sourcefile: program.url,
    sourcemap: program.wantsMap && 'external',
    sourcesContent: true,
    ...jsxOptions(program),
    tsconfigRaw: {
      // JSX is settled above, since esbuild lets a tsconfig override it.
      compilerOptions: {
        ...pick(options),
        ...(alwaysStrict !== undefined && { alwaysStrict }),
      },
    },
    ...(program.goal === 'application/node' && { format: 'cjs' }),
    ...variant,
  }
}

const passedOn = [
  'experimentalDecorators',
  'importsNotUsedAsValues',
  'preserveValueImports',
  'target',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
] as const

function pick(options: CompilerOptions): Record<string, string | boolean> {
  return Object.fromEntries(
    passedOn.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  )
}

/** Whether an error says that no child process may be started, and so no compiler. */
export function isDenied(error: unknown): boolean {
  const { code, permission } = error as { code?: unknown; permission?: unknown }
  return code === 'ERR_ACCESS_DENIED' && permission === 'ChildProcess'
}

/**
 * esbuild follows the map that a text names in its last such comment, and refuses the text where that map is broken. The
 * chain follows it, too, and forgives.
 */
function withoutOwnMap(source: string): string {
  return source.includes('sourceMappingURL=') ? `${source}\n//# sourceMappingURL=none` : source
}

/** A map whose source is the text as it was written. */
function withContent(map: string, source: string): string {
  return map && JSON.stringify({ ...JSON.parse(map), sourcesContent: [source] })
}

/** Compiles: by oxc-transform where that is the same, else by esbuild. @throws as {@link compileByEsbuild} does. */
export function* compile(program: Program): Steps<Compiled> {
  return (yield* compileByOxc(program)) ?? (yield* later(() => compileByEsbuild(program)))
}

/**
 * Compiles.
 *
 * @throws {LoaderError} ERR_MIMEPORT_INVALID_BODY at the position of the first syntax error. Node's ERR_ACCESS_DENIED where
 *   the permission model allows no child process.
 */
export async function compileByEsbuild(
  program: Program,
  variant: CompilerVariant = {},
): Promise<Compiled> {
  try {
    const options = esbuildOptions(program, variant)
    const source = withoutOwnMap(program.source)
    const { code, map: made } = await runEsbuild(source, options, program.signal)
    const map = source === program.source ? made : withContent(made, program.source)
    const decorated = code.includes('__decorateClass = ') || code.includes('__decoratorStart = ')
    return { code, map, decorated, by: 'esbuild' }
  } catch (error) {
    const fault = faultOf(error)
    if (fault === undefined) throw error
    throw syntaxError(program.url, fault)
  }
}
