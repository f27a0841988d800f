/**
 * An error of Node's own that passes through the hooks, as it is without them. A stack holds so many frames
 * (`Error.stackTraceLimit`), and those of hooks count: the frames of the program, which come last, are pushed out.
 * docs/node-notes.md: hooks push the program out of a stack.
 */

import { diagnostics } from '../builtins.mts'
import { withErrorProperty } from '../error-property.mts'

/** Frames that we and Node's handling of hooks may take, and more. */
const OVERHEAD = 20

/** A frame: a line of a stack, or what `Error.prepareStackTrace` is given. */
type Frame = string | NodeJS.CallSite

/** What formatted stacks when we came: Node's own function, which knows of source maps, or that of an earlier preload. */
let first: typeof Error.prepareStackTrace

/** Takes down what formatted stacks before the program ran. */
export function rememberFormatter(formatter: typeof first): void {
  first = formatter
}

/** Node's handling of hooks. */
const isChain = (frame: Frame) =>
  String(frame).includes('(node:internal/modules/customization_hooks:')

/** What is there of Node's own only where there are hooks: the end of the chain, for `require`. */
const isEnd = (frame: Frame) =>
  /^(?: {4}at )?defaultResolve \(node:internal\/modules\/cjs\/loader:/.test(String(frame))

/** Where a chain begins. */
const isStart = (frame: Frame) => isChain(frame) && /\w+WithHooks \(/.test(String(frame))

function isOwn(frame: Frame, ownURL: string): boolean {
  const text = String(frame)
  return text.includes(`${ownURL}core/`) || text.includes(`${ownURL}loader.m`)
}

/** The number of frames, from the end, that are what is looked for. */
function trailing(frames: readonly Frame[], test: (frame: Frame) => boolean): number {
  return frames.length - 1 - frames.findLastIndex((frame) => !test(frame))
}

/** Frames without ours, and without what is there of Node's on account of ours. */
function unhooked(frames: readonly Frame[], ownURL: string): readonly Frame[] {
  const from = frames.findIndex((frame) => isOwn(frame, ownURL))
  if (from === -1) return frames
  const length = frames.slice(from).findIndex((frame) => !isOwn(frame, ownURL))
  const inner = frames.slice(0, from)
  const outer = length === -1 ? [] : frames.slice(from + length)
  const chain = outer.findIndex((frame) => !isChain(frame))
  const links = trailing(inner, isChain)
  const end = inner.slice(0, inner.length - links)
  // The hooks of others stay in sight, as without us: we are one link of their chain.
  const isAmong = end.some(isChain) || !outer.slice(0, Math.max(chain, 0)).some(isStart)
  const kept = isAmong
    ? [...inner.slice(0, inner.length - Math.min(links, 1)), ...outer]
    : [...end.slice(0, end.length - trailing(end, isEnd)), ...outer.slice(chain)]
  return unhooked(kept, ownURL)
}

/**
 * The frames that an error has without us, from its own and those of our callers; `undefined` for an error that has passed
 * through us and was made elsewhere.
 */
function mended(
  frames: readonly Frame[],
  callers: readonly Frame[],
  { limit, ownURL }: Stacks,
): readonly Frame[] | undefined {
  const ours = frames.findIndex((frame) => isOwn(frame, ownURL))
  const last = frames.at(-1)
  const isCut = frames.length >= limit && last !== undefined && (isChain(last) || isEnd(last))
  if (ours === -1 && !isCut) return undefined
  const inner = frames.slice(0, ours === -1 ? undefined : ours)
  return unhooked([...inner, ...callers], ownURL).slice(0, limit)
}

const isFrame = (line: string) => line.startsWith('    at ')

interface Stacks {
  /** The error's, when it is formatted. */
  readonly own: () => unknown
  /** That of whoever called us. */
  readonly callers: { readonly stack?: unknown }
  readonly limit: number
  readonly ownURL: string
}

/** The stack as text. */
function textOf(stack: string, stacks: Stacks): string {
  const lines = stack.split('\n')
  // What is not a frame at the end is the message, which may look like frames.
  const end = lines.findLastIndex((line) => !isFrame(line)) + 1
  const callers = String(stacks.callers.stack).split('\n').filter(isFrame)
  const frames = mended(lines.slice(end), callers, stacks)
  return frames === undefined ? stack : [...lines.slice(0, end), ...frames].join('\n')
}

/** The stack as the program's `Error.prepareStackTrace` makes it, given the frames that it would have without us. */
function prepared(error: Error, prepare: NonNullable<typeof first>, stacks: Stacks): unknown {
  const sites = (_: Error, trace: NodeJS.CallSite[]) => trace
  const [own, callers] = withErrorProperty('prepareStackTrace', sites, () => [
    stacks.own(),
    stacks.callers.stack,
  ])
  if (!Array.isArray(own) || !Array.isArray(callers)) {
    // It was formatted before.
    return typeof own === 'string' ? textOf(own, stacks) : own
  }
  const frames = mended(own, callers, stacks) ?? own
  return prepare(error, frames as NodeJS.CallSite[])
}

/** Errors that have passed through us: one may be thrown many times, and be its own cause. */
const seenErrors = new WeakSet<Error>()

function looked(error: Error, stacks: Stacks): unknown {
  const { prepareStackTrace: prepare } = Error
  if (typeof prepare === 'function' && prepare !== first) return prepared(error, prepare, stacks)
  const own = stacks.own()
  return typeof own === 'string' ? textOf(own, stacks) : own
}

/**
 * Gives an error of Node's own the stack that it has without us. It is made when somebody looks, as V8 does: programs that
 * try what is there pay little, and the program's own `Error.prepareStackTrace` is called when it expects it.
 */
export function withoutHooks(error: unknown, ownURL: string): unknown {
  if (!(error instanceof Error) || seenErrors.has(error)) return error
  seenErrors.add(error)
  withoutHooks(Object.getOwnPropertyDescriptor(error, 'cause')?.value, ownURL)
  const limit: unknown = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.value
  if (typeof limit !== 'number' || limit < 1) return error
  const native = Object.getOwnPropertyDescriptor(error, 'stack')
  if (native?.configurable !== true) return error
  const callers: { stack?: unknown } = {}
  withErrorProperty('stackTraceLimit', limit + OVERHEAD, () =>
    Error.captureStackTrace(callers, withoutHooks),
  )
  const stacks = {
    own: () => (native.get === undefined ? native.value : native.get.call(error)),
    callers,
    limit: Math.floor(limit),
    ownURL,
  }
  if (native.get === undefined) {
    // Somebody has set it.
    Object.defineProperty(error, 'stack', { ...native, value: looked(error, stacks) })
    return error
  }
  let seen: { readonly stack: unknown } | undefined
  // In an array functions have no name, and V8's have none. With the property replaced, and not set, Node still prints
  // the line of its own that threw. docs/node-notes.md: setting `stack` takes away the printed source line.
  const [get, set] = [
    () => (seen ??= { stack: looked(error, stacks) }).stack,
    (stack: unknown) => {
      seen = { stack }
      // A frozen error can be set its stack, too: V8 keeps it elsewhere.
      if (Reflect.defineProperty(error, 'stack', native)) error.stack = stack as string
    },
  ]
  Object.defineProperty(error, 'stack', { get, set, enumerable: false, configurable: true })
  // The REPL cuts stacks by a private way, where frames of hooks mislead it: what has been looked at it leaves alone.
  if (process.argv.length < 2 && String(callers.stack).includes('(node:repl:')) get!()
  return error
}

/**
 * Throws an error of Node's own on, from a line of Node's own. Above an error that is thrown in a callback and that nobody
 * catches, Node prints the line that threw it last: ours would send the reader here. docs/node-notes.md: a line that
 * throws an error on is the one that is printed.
 */
export function throwOn(error: unknown): never {
  throwing ??= makeThrowing()
  throwing.traceSync(() => {
    throw error
  })
  throw error
}

let throwing: ReturnType<typeof makeThrowing> | undefined

function makeThrowing() {
  const channel = diagnostics().tracingChannel('mimeport')
  // It catches what nobody is told of by letting it pass.
  channel.error.subscribe(() => {})
  return channel
}
