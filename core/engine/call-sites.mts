/** All that a text names for import: statically, by `import('…')`, by `require('…')`. Nothing is run. */

import { importSites, positionsOf } from '../import-sites.mts'
import { staticsIn } from '../module-statics.mts'
import { scanModule } from '../module-syntax.mts'
import type { ImportSite } from '../types.mts'

export interface CallSite {
  readonly specifier: string
  readonly attributes: Readonly<Record<string, string>>
  readonly kind: 'import' | 'dynamic' | 'require'
  /** `line:column` from 1: of a static import as the module has it, of another one in the text that Node runs. */
  readonly position?: string
}

export interface CallSites {
  readonly sites: readonly CallSite[]
  /** How many imports have a specifier that only running the program tells. */
  readonly unknown: number
}

/** What is used of the global. Its types come with the DOM's alone. */
interface Wasm {
  compile(bytes: Uint8Array): Promise<object>
  readonly Module: { imports(module: object): readonly { readonly module: string }[] }
}

const none: CallSites = { sites: [], unknown: 0 }

/** `{ with: { type: 'json' } }`, the only attribute that Node knows. */
function attributesOf(options: string): Record<string, string> {
  const [, type] = /\bwith\b[^}]*?\btype['"]?\s*:\s*['"](\w+)['"]/.exec(options) ?? []
  return type === undefined ? {} : { type }
}

/** Those of an ES module; `known`: its static imports where these were found before. */
export async function sitesOfModule(
  source: string,
  known?: readonly ImportSite[],
): Promise<CallSites> {
  const syntax = scanModule(source)
  if (syntax === undefined) return none
  const statics = known ?? importSites(source, staticsIn(syntax))
  const sites: CallSite[] = statics.map((each) => ({ ...each, kind: 'import' }))
  const dynamics = syntax.imports.filter((each) => each.type === 'dynamic')
  const positions = positionsOf(
    source,
    dynamics.map(({ start }) => start),
  )
  let unknown = 0
  for (const [index, each] of dynamics.entries()) {
    const { specifier } = each
    if (specifier === undefined || each.glob) unknown += 1
    else {
      const attributes = attributesOf(source.slice(each.end, each.importEnd))
      sites.push({ specifier, attributes, kind: 'dynamic', position: positions[index] ?? '1:1' })
    }
  }
  return { sites, unknown }
}

/** Those of WebAssembly, which is compiled and not instantiated. ESM integration: a module's name is a specifier. */
export async function sitesOfWasm(bytes: Uint8Array): Promise<CallSites> {
  try {
    const { compile, Module } = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly
    const names = new Set(Module.imports(await compile(bytes)).map(({ module }) => module))
    // `wasm:js-string` and its like are the engine's own.
    const specifiers = [...names].filter((name) => !/^wasm(?:-js)?:/.test(name))
    const sites = specifiers.map((specifier) => {
      return { specifier, attributes: {}, kind: 'import' as const }
    })
    return { sites, unknown: 0 }
  } catch {
    return none
  }
}

const kinds: Readonly<Record<string, CallSite['kind']>> = {
  'require-call': 'require',
  'require-resolve': 'require',
  'dynamic-import': 'dynamic',
}

/** Those of CommonJS: what is a call of `require`, and what is a string or a comment, a parser tells. */
export async function sitesOfCommonJs(source: string): Promise<CallSites> {
  if (!/\b(?:require|import)\b/.test(source)) return none
  const { build } = await import('esbuild')
  const sites: CallSite[] = []
  let unknown = 0
  try {
    const { warnings } = await build({
      stdin: { contents: source, loader: 'js' },
      bundle: true,
      write: false,
      platform: 'node',
      logLevel: 'silent',
      logOverride: {
        'unsupported-require-call': 'warning',
        'unsupported-dynamic-import': 'warning',
      },
      plugins: [
        {
          name: 'call-sites',
          setup({ onResolve }) {
            onResolve({ filter: /.*/ }, ({ path, kind, with: attributes }) => {
              const own = kinds[kind]
              if (own !== undefined) sites.push({ specifier: path, attributes, kind: own })
              return { path, external: true }
            })
          },
        },
      ],
    })
    unknown = warnings.length
  } catch {
    // V8 will say what is wrong with it, if it is ever run.
  }
  return { sites, unknown }
}
