/** Where a program's time goes: V8's own samples of its main thread, summed up. */

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess } from './process-run.mts'
import type { Command } from './process-run.mts'

/** µs between two samples. */
const INTERVAL = 100

interface Frame {
  readonly functionName: string
  readonly url: string
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples: readonly number[]
  /** µs */
  readonly timeDeltas: readonly number[]
}

/** Time by itself, ms, and its share of all. */
export interface Share {
  readonly what: string
  readonly ms: number
  readonly share: number
}

export interface Profile {
  /** Under the profiler, ms. */
  readonly whole: number
  /** By whose code it is. */
  readonly parts: readonly Share[]
  /** By function, the longest first. */
  readonly functions: readonly Share[]
}

const waiting = 'waiting'
const compiling = 'V8: compiling and linking'

/** Names of Node's functions in C++ that have no URL, by what they do. */
const native: readonly (readonly [RegExp, string])[] = [
  [/^\(idle\)$/, waiting],
  [/^\(garbage collector\)$/, 'garbage collection'],
  [/^\(program\)$/, 'outside JavaScript: start, end, C++'],
  [/^wait$/, waiting],
  [/^(?:compile|ModuleWrap|instantiate|link|createCachedData)/, compiling],
  [/stat|open|read|close|realpath|access|write|rename|mkdir/i, 'file system'],
]

function partOf({ functionName, url }: Frame, own: string): string {
  if (url.startsWith(own)) return functionName === '#wait' ? waiting : 'mimeport'
  // Node's functions of these names do nothing but call V8.
  if (/^compile(?:SourceTextModule|Wrapper)/.test(functionName)) return compiling
  if (url.startsWith('wasm:')) return 'WebAssembly'
  if (url.startsWith('node:')) return 'Node’s JavaScript'
  if (url !== '') return 'the program'
  return native.find(([name]) => name.test(functionName))?.[1] ?? 'other C++'
}

/** The shares of what a key names, the largest first. */
function shares(times: ReadonlyMap<string, number>, whole: number): Share[] {
  return [...times]
    .map(([what, us]) => ({ what, ms: us / 1e3, share: us / whole }))
    .toSorted((a, b) => b.ms - a.ms)
}

/** Sums up a profile. `own`: the URL that all of our files begin with. */
export function summarize(profile: CpuProfile, own: string): Profile {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const [parts, functions] = [new Map<string, number>(), new Map<string, number>()]
  let whole = 0
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id)
    const us = profile.timeDeltas[index] ?? 0
    if (frame === undefined || us < 0) continue
    whole += us
    const part = partOf(frame, own)
    const name = `${frame.functionName || '(top level)'}${frame.url === '' ? '' : `, ${frame.url.replace(/^.*\//, '')}`}`
    parts.set(part, (parts.get(part) ?? 0) + us)
    functions.set(name, (functions.get(name) ?? 0) + us)
  }
  return {
    whole: whole / 1e3,
    parts: shares(parts, whole),
    functions: shares(functions, whole),
  }
}

/**
 * Runs a program of Node's under its profiler. The main thread alone: an engine has a start of its own.
 * @param warming runs before it, with the same flags: what a cache has may depend on them
 */
export function profile(command: Command, own: string, warming: number): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-profile-'))
  try {
    const flags = ['--cpu-prof', '--cpu-prof-interval', String(INTERVAL), '--cpu-prof-dir', folder]
    const run = () => runProcess({ ...command, args: [...flags, ...command.args] })
    for (let before = 0; before < warming; before++) run()
    for (const old of readdirSync(folder)) rmSync(join(folder, old))
    run()
    const [name] = readdirSync(folder).toSorted()
    if (name === undefined) throw new Error('Node wrote no profile')
    return summarize(JSON.parse(readFileSync(join(folder, name), 'utf8')), own)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
