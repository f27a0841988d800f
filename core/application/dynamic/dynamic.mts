/**
 * Dynamic modules: the ES module text that stands for one, and the execute module that gives its exports their values.
 * docs/dynamic-modules.md says what is promised, docs/decisions/014-dynamic-modules.md why it is done so.
 */

import { modules } from '../builtins.mts'
import { notFound, notWaitedFor, tooEarly } from './execute-error.mts'
import { Execution } from './execution.mts'
import { keepFromHandlers } from '../node/extension-handlers.mts'
import { placeError } from '../import-error.mts'
import type { LoadFnOutput, ResolveFnOutput, ResolveHookContext } from 'node:module'
import type { Assigner, Executor, Run } from './execution.mts'
import type { NextResolve } from '../node/node-loading.mts'
import type { DynamicModule, NodeModule } from '../../types.mts'

type ResolveHook = (
  specifier: string,
  context: ResolveHookContext,
  nextResolve: NextResolve,
) => ResolveFnOutput

/** What an execute module is imported by, in the texts that are made here and nowhere else. */
const EXECUTE = 'mimeport:execute/'
/** A module that imports an execute module, to be required. */
const STAND_IN = 'mimeport:executor/'
/** Where the texts find what belongs to them. `Symbol.for`, since a text can hold no other symbol. */
const BEGIN = Symbol.for('mimeport.dynamic')

/** The text of a dynamic module. Bindings are born when execution has ended: who reads them earlier gets ReferenceError. */
function textOf({ url, names, isComputed }: Execution, key: string): string {
  const bindings = names.map((_, index) => `$${index}`)
  const assigners = bindings.map((binding) => `(value) => { ${binding} = value }`).join(', ')
  const begin = `globalThis[Symbol.for('mimeport.dynamic')](${JSON.stringify(url)}, [${assigners}]`
  const values = bindings.map((binding, index) => `${index}: ${binding}`).join(', ')
  const own = names.map((name, index) => `$${index} as ${JSON.stringify(name)}`).join(', ')
  const run = isComputed
    ? [`const { end } = ${begin})`, `let { ${values} } = end()`]
    : [
        `import * as executor from ${JSON.stringify(EXECUTE + key)}`,
        // Called from here, so that no frame of ours stands between an error and the module.
        `const { execute, setters, context, end } = ${begin}, executor)`,
        `let { ${values} } = end(execute(setters, context))`,
      ]
  return `${run.join('\n')}\nexport { ${own} }\n`
}

/** Names an execute module in a URL, by what it is looked up with: the same in every run, as the compile cache wants. */
function keyOf({ loader, execute }: DynamicModule): string {
  return `${encodeURIComponent(loader)}/${encodeURIComponent(execute)}`
}

/** What an execute module threw, or is said of it: its own frames, then those of whoever imports, and none of ours. */
function placed(error: unknown, ownURL: string): unknown {
  // Only what is an error of V8's for sure is looked into: a Proxy, say, may throw for that.
  if (!process.getBuiltinModule('node:util').types.isNativeError(error)) return error
  const { stack } = error
  if (typeof stack !== 'string') return error
  const lines = stack.split('\n')
  const isOurs = (line: string) =>
    /^ {4}at /.test(line) && (line.includes(`${ownURL}core/`) || line.includes(`${ownURL}loader.m`))
  const ours = lines.findIndex(isOurs)
  if (ours === -1) return error
  const caller = placeError(new Error(), { specifier: '', parentURL: undefined, ownURL })
  try {
    Object.assign(error as Error, {
      stack: [...lines.slice(0, ours), ...caller.stack!.split('\n').slice(1)].join('\n'),
    })
  } catch {
    // Frozen by somebody: the old one is no harm.
  }
  return error
}

export class DynamicModules {
  readonly #ownURL: string
  readonly #executors = new Map<string, Executor>()
  /** By URL. Never forgotten: Node may ask again for a module that it has, and it is executed once. */
  readonly #executions = new Map<string, Execution>()
  /** URLs of modules whose names are being computed. */
  readonly #computing = new Set<string>()

  /** `ownURL`: our own folder's URL. */
  constructor(ownURL: string) {
    this.#ownURL = ownURL
  }

  /**
   * Resolves what our own texts import; `undefined` for the same words of anybody else.
   * @param resolve the whole resolve hook
   */
  resolve(
    specifier: string,
    context: ResolveHookContext,
    resolve: ResolveHook,
    nextResolve: NextResolve,
  ): ResolveFnOutput | undefined {
    // Every import of a program passes here.
    if (!specifier.startsWith('mimeport:')) return undefined
    const { parentURL = '' } = context
    // A module from the network may not name local files, and these words name one.
    const isOurs = this.#executions.has(parentURL) || parentURL.startsWith('file:')
    if (!isOurs) return undefined
    if (specifier.startsWith(STAND_IN)) {
      return { url: specifier, format: 'module', shortCircuit: true }
    }
    if (!specifier.startsWith(EXECUTE)) return undefined
    const executor = this.#executors.get(specifier.slice(EXECUTE.length))
    if (executor === undefined) return undefined
    const { execute, loaderURL } = executor
    try {
      const result = resolve(execute, { ...context, parentURL: loaderURL }, nextResolve)
      executor.url = result.url
      return result
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
      const at = { specifier: execute, parentURL: loaderURL, ownURL: this.#ownURL }
      throw placeError(notFound(executor, error), at)
    }
  }

  /** What Node loads for `STAND_IN`; `undefined` for any other URL. */
  standIn(url: string): LoadFnOutput | undefined {
    if (!url.startsWith(STAND_IN)) return undefined
    const specifier = JSON.stringify(EXECUTE + url.slice(STAND_IN.length))
    const source = `export * as executor from ${specifier}\n`
    return { format: 'module', source, shortCircuit: true }
  }

  /**
   * The ES module that stands for a dynamic module; any other module as it is. Where the loader named no exports it is executed for them, now and
   * once.
   * @throws {LoaderError} ERR_MIMEPORT_INVALID_EXECUTE, and whatever the execute module throws.
   */
  prepared(module: NodeModule): NodeModule {
    const { url, source = '', dynamic } = module
    if (dynamic === undefined) return module
    const key = keyOf(dynamic)
    let execution = this.#executions.get(url)
    if (execution === undefined || !execution.begun) {
      const { execute, exports, loader, loaderURL, map } = dynamic
      let executor = this.#executors.get(key)
      if (executor === undefined) {
        executor = { execute, loader, loaderURL, url: undefined }
        this.#executors.set(key, executor)
      }
      execution = new Execution({ url, source, map }, executor, exports)
      if (exports === undefined) this.#compute(execution, module, key)
      this.#executions.set(url, execution)
      this.#offer()
    }
    return {
      ...module,
      source: textOf(execution, key),
      hasDefault: execution.names.includes('default'),
    }
  }

  /** Executes a module for its names. */
  #compute(execution: Execution, module: NodeModule, key: string): void {
    const { url, executor } = execution
    if (this.#computing.has(url)) throw tooEarly(execution)
    this.#computing.add(url)
    try {
      if (executor.namespace === undefined) {
        keepFromHandlers({ ...module, url: STAND_IN + key }, true)
        executor.namespace = this.#required(execution, key)
      }
      execution.compute(executor.namespace)
    } catch (error) {
      throw placed(error, this.#ownURL)
    } finally {
      this.#computing.delete(url)
    }
  }

  /**
   * An execute module's namespace, now. A `require` of itself fails while Node is at loading it for somebody else; that
   * of a module that imports it does not. docs/node-notes.md: require of a module that is being imported.
   */
  #required(execution: Execution, key: string): object {
    const require = modules().createRequire(execution.executor.loaderURL)
    try {
      return (require(STAND_IN + key) as { executor: object }).executor
    } catch (error) {
      throw (error as { code?: string }).code === 'ERR_REQUIRE_ASYNC_MODULE'
        ? notWaitedFor(execution, error)
        : error
    } finally {
      delete require.cache[STAND_IN + key]
    }
  }

  /** Lets the texts find us, from the first one on: a program without dynamic modules sees nothing. */
  #offer(): void {
    if (BEGIN in globalThis) return
    const begin = (url: string, assigners: readonly Assigner[], namespace?: object): Run => {
      try {
        return this.#executions.get(url)!.begin(assigners, namespace)
      } catch (error) {
        throw placed(error, this.#ownURL)
      }
    }
    Object.defineProperty(globalThis, BEGIN, { value: begin, configurable: true })
  }
}
