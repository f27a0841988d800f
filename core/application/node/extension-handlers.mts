/**
 * Keeps our modules from the handlers that a program has for `require` (`require.extensions`: tsx, @babel/register). Some of
 * them ask Node's own and change what it compiles: they get our text. Others read the file themselves, past all hooks, and
 * of ours there may be none. docs/node-notes.md: A handler of require.extensions is before all hooks.
 */

import { modules, urls } from '../builtins.mts'
import type { LoadFnOutput, LoadHookContext } from 'node:module'
import type { NodeModule } from '../../types.mts'

interface CommonJS {
  exports: unknown
  _compile(content: string, filename: string, format: string): void
}

type Handler = (module: CommonJS, filename: string) => unknown

const handlers = () =>
  (modules() as unknown as { _extensions: Record<string, Handler> })._extensions

/** Node's own handlers ask the load hooks, and nobody else can: by this function of Node's, which they call. */
const isNodes = (handler: Handler) =>
  /\bloadSource\(/.test(Function.prototype.toString.call(handler))

/** What stood in the program's way when we came, by extension: Node's own, unless another preload was quicker. */
let first: Readonly<Record<string, Handler>> = {}
let load: (url: string, context: LoadHookContext) => LoadFnOutput

/** Modules of ours: file name → URL. As long as Node remembers them. */
const ours = new Map<string, string>()
/** Handlers that are let be → what they stand for: Node's for themselves, those that we have put around another's for that. */
const known = new WeakMap<Handler, Handler>()

/** The handler that the program has, whatever we have put around it. */
export function programsHandler(handler: unknown): unknown {
  return known.get(handler as Handler) ?? handler
}

/** `started`: what there was before the program ran. `loadOurs`: our load hook. */
export function watchHandlers(
  started: Readonly<Record<string, unknown>>,
  loadOurs: typeof load,
): void {
  first = started as Readonly<Record<string, Handler>>
  load = loadOurs
}

const context: LoadHookContext = {
  conditions: ['require', 'node'],
  format: undefined,
  importAttributes: {},
}

/** Loads a module of ours as Node's handler does; without Node's, the hooks of others are not asked. */
function loadOurs(module: CommonJS, filename: string, url: string, extension: string): void {
  const handler = [first[extension], first['.js']].find((each) => each && isNodes(each))
  if (handler !== undefined) {
    handler(module, filename)
    return
  }
  const { format, source } = load(url, context)
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  if (format === 'json') module.exports = JSON.parse(text)
  else module._compile(text, filename, String(format))
}

/** Modules of ours that a handler of the program's is at: whether it has asked Node's, and so our load hook. */
const asked = new Map<string, boolean>()

/** To be called by our load hook. */
export function noteLoad(url: string): void {
  if (asked.has(url)) asked.set(url, true)
}

/** Lets a handler load a module of ours; whether it did so by our text. */
function loadByText(theirs: Handler, module: CommonJS, filename: string, url: string): boolean {
  const isAsked = () => asked.get(url) === true
  asked.set(url, false)
  const own = Object.getOwnPropertyDescriptor(module, '_compile')
  const restore = () => {
    if (own === undefined) Reflect.deleteProperty(module, '_compile')
    else Object.defineProperty(module, '_compile', own)
  }
  module._compile = (...program) => {
    // What it read is not our text: nothing of it is to run.
    if (!isAsked()) throw new Error(`'${filename}' is no file of this handler's`)
    restore()
    return module._compile(...program)
  }
  try {
    theirs(module, filename)
  } catch (error) {
    if (isAsked()) throw error
  } finally {
    restore()
  }
  return isAsked()
}

function guarded(theirs: Handler, extension: string): Handler {
  const handler: Handler = (module, filename) => {
    const url = ours.get(filename)
    if (url === undefined) return theirs(module, filename)
    try {
      if (!loadByText(theirs, module, filename, url)) loadOurs(module, filename, url, extension)
    } finally {
      asked.delete(url)
    }
  }
  known.set(handler, theirs)
  return handler
}

/** To be called for each module of ours that Node's CommonJS loader is going to load. */
export function keepFromHandlers({ url, format }: NodeModule, isRequired: boolean): void {
  if (!isRequired && format !== 'commonjs') return
  ours.set(url.startsWith('file:') ? urls().fileURLToPath(url) : url, url)
  const all = handlers()
  for (const [extension, handler] of Object.entries(all)) {
    // `.node` is no text, and is read by nobody else.
    if (known.has(handler) || extension === '.node') continue
    if (isNodes(handler)) known.set(handler, handler)
    else all[extension] = guarded(handler, extension)
  }
}
