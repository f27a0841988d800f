/**
 * oxc-transform: compiles in this thread, in a tenth of esbuild's time, and is optional. Where it is absent, or would make
 * something else of a program than esbuild does, esbuild compiles.
 */

import { writeSync } from 'node:fs'
import { createRequire } from 'node:module'
import { scanModule } from '../../core/module-syntax.mts'
import { requireOwn } from '../../core/own-require.mts'
import { isFaithful, isSuitable } from './fidelity.mts'
import { amend } from './amendment.mts'
import { jsxOptions, jsxPragmas } from './jsx.mts'
import { later } from '../../core/steps.mts'
import type { JsxOptions, TransformOptions, transformSync } from 'oxc-transform'
import type { Steps } from '../../core/steps.mts'
import type { Compiled, Program } from './compiler.mts'

interface Oxc {
  readonly transformSync: typeof transformSync
}

let loading: Promise<Oxc | undefined> | undefined
/** `null`: there is none. */
let ready: Oxc | null | undefined

/** Why there is none is for who asks for the log: nobody has to have it. */
function tell(reason: unknown): void {
  if (process.env['MIMEPORT_LOG'] !== 'debug') return
  const [line = ''] = String((reason as Error)?.message ?? reason).split('\n')
  writeSync(2, `* TypeScript is compiled by esbuild alone: oxc-transform is not there (${line})\n`)
}

/** The native one: its stand-in of WebAssembly is slower to load than esbuild is to start. */
function takeNative(oxc: Oxc & { readonly __napiBindingTarget?: string }): Oxc | undefined {
  if (oxc.__napiBindingTarget === 'native') return oxc
  tell('no native binding for this platform')
  return undefined
}

async function load(): Promise<Oxc | undefined> {
  try {
    return takeNative(await import('oxc-transform'))
  } catch (error) {
    tell(error)
    return undefined
  }
}

/** By `require`, which waits for nothing, and takes an ES module. */
function loadAtOnce(): Oxc | undefined {
  try {
    return takeNative(requireOwn<Oxc>(createRequire(import.meta.url), 'oxc-transform'))
  } catch {
    return undefined
  }
}

let mayWait = true

/** For a thread that may not wait. Many programs need none, so it is loaded when the first does. */
export function waitForNothing(): void {
  mayWait = false
}

function jsxOf(program: Program): JsxOptions {
  const { jsx, jsxFactory, jsxFragment, jsxImportSource } = jsxOptions(program)
  const pragmas = jsxPragmas(program.source)
  const own = { pure: false, throwIfNamespace: false }
  const pragma = pragmas.get('jsx') ?? jsxFactory
  const pragmaFrag = pragmas.get('jsxFrag') ?? jsxFragment
  const importSource = pragmas.get('jsxImportSource') ?? jsxImportSource
  const named = pragmas.get('jsxRuntime')
  if (named === undefined ? jsx === 'transform' : named === 'classic') {
    return {
      ...own,
      runtime: 'classic',
      ...(pragma !== undefined && { pragma }),
      ...(pragmaFrag !== undefined && { pragmaFrag }),
    }
  }
  return { ...own, runtime: 'automatic', ...(importSource !== undefined && { importSource }) }
}

/** What an import stays for because JSX will name it; no program can name an import by the last one. */
function usedByJsx({ runtime, pragma, pragmaFrag }: JsxOptions) {
  if (runtime === 'automatic') return { jsxPragma: '%', jsxPragmaFrag: '%' }
  return {
    ...(pragma !== undefined && { jsxPragma: pragma }),
    ...(pragmaFrag !== undefined && { jsxPragmaFrag: pragmaFrag }),
  }
}

function oxcOptions(program: Program): TransformOptions {
  const { options, language, source } = program
  const hasEnums = source.includes('enum')
  const jsx = language === 'ts' ? undefined : jsxOf(program)
  return {
    lang: language,
    sourceType: 'module',
    target: 'esnext',
    sourcemap: program.wantsMap,
    // Parameter decorators and all: those of the standard are left to esbuild.
    decorator: { legacy: options.experimentalDecorators === true },
    typescript: {
      ...(jsx !== undefined && usedByJsx(jsx)),
      onlyRemoveTypeImports: options.verbatimModuleSyntax === true,
      // As esbuild does: members are used before their enum, too. It takes a pass of its own.
      optimizeConstEnums: hasEnums,
      optimizeEnums: hasEnums,
    },
    ...(jsx !== undefined && { jsx }),
  }
}

/** Compiles; `undefined` where it is not there, and for what is esbuild's. Faults are esbuild's to tell. */
export function* compileByOxc(program: Program): Steps<Compiled | undefined> {
  if (!isSuitable(program)) return undefined
  if (ready === undefined) {
    ready = (mayWait ? yield* later(() => (loading ??= load())) : loadAtOnce()) ?? null
  }
  const oxc = ready
  if (oxc === null) return undefined
  const result = oxc.transformSync(program.url, program.source, oxcOptions(program))
  if (result.errors.length > 0) return undefined
  const amended = amend(program, result)
  const syntax = amended === undefined ? undefined : scanModule(amended.code)
  if (amended === undefined || syntax === undefined) return undefined
  const { code, mappings } = amended
  if (!isFaithful(program, code, syntax)) return undefined
  const decorated = 'decorate' in result.helpersUsed
  // Of a text that was types alone there is nothing left to map.
  const map =
    code === ''
      ? { ...result.map, mappings: '', sources: [], sourcesContent: [] }
      : { ...result.map, mappings }
  return { code, map: program.wantsMap ? JSON.stringify(map) : '', syntax, decorated, by: 'oxc' }
}
