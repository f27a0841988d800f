/**
 * What crosses between the application thread and the engine thread: a closed set of calls and answers, plain data
 * only. Both threads import this file; it imports neither.
 *
 * The memory that both see, in 32-bit cells:
 *
 *   cell       written by   meaning
 *   WAKE       engine       a count of messages posted. Post the message, then add 1, then notify: a waiter that read the
 *                           count before it looked for messages cannot miss one, and late wake-ups are harmless
 *   PULSE      engine       a count that grows while the engine's event loop turns
 *   PHASE      engine       STARTING → READY → ENDING (its last answers are on their way) → ENDED (all are there)
 *   THREAD     engine       the system's number of its thread, where it says so (Linux); 0 elsewhere
 *   PATIENCE   engine       ms for which the event loop may stand still: more while a loader works on a large body
 *   NOTE       engine       bytes of UTF-8 that follow the cells: which loader was called last, for what
 *   LINE       engine       1 while a progress line is on the terminal: whoever ends the engine takes it away
 *   UNPACKED   engine       1 while something is not in the program's pack: the end of a program has it written
 *   UNSAVED    engine       1 while something new is not in the lock's file: whoever ends the program waits for that
 *   UNCACHED   engine       1 while something new is not in the cache's folder: whoever ends the program waits for that
 *   EVENTS     application  1 while the program listens to what the engine does
 *   ASLEEP     application  1 while it waits for an answer: its call may be in the port for as long as the engine's event
 *                           loop does not turn
 *
 * One counter, and no lock for each call: answers of calls in flight, results pushed ahead, and the answer that is
 * waited for all come through one port, and the id tells them apart.
 */

import { isAbsolute } from '../native.mts'
import type { Claims } from '../claims.mts'
import type { Finding, Reached } from '../inspection.mts'
import type { ExplainRequest, Explanation, GraphRequest, ModuleGraph } from '../explanation.mts'
import type { PackedError } from '../packed-error.mts'
import type { CacheResult, CacheTask } from '../inventory.mts'
import type { OutdatedResult, OutdatedTask } from '../outdated.mts'
import type { EngineEvent } from '../events.mts'
import type { LoaderListing } from '../loader-listing.mts'
import type { PackSettings, Settings } from '../settings.mts'
import type { LoadRequest, NodeModule } from '../types.mts'
import type { TypesRequest, TypesResult } from '../typing.mts'
import type { BodiesResult, WalkRequest, WalkResult } from '../walk.mts'

export const WAKE = 0
export const PULSE = 1
export const PHASE = 2
export const PATIENCE = 3
export const THREAD = 4
export const NOTE = 5
export const LINE = 6
export const UNSAVED = 7
export const UNPACKED = 8
export const UNCACHED = 9
export const EVENTS = 10
export const ASLEEP = 11
export const CELLS = 12

/** Bytes for the note, after the cells. */
export const NOTE_BYTES = 1024
export const MEMORY_BYTES = CELLS * Int32Array.BYTES_PER_ELEMENT + NOTE_BYTES

export const STARTING = 0
export const READY = 1
export const ENDING = 2
export const ENDED = 3

/** The id under which an entry that could not be imported says so. */
export const START_ERROR = 0

/** Takes the progress line away: back to where it begins, lines wrap again, nothing to the right. ECMA-48, DEC VT100. */
export const ERASE_LINE = '\u001b8\u001b[?7h\u001b[K'

/** How often the engine's pulse beats, ms. */
export const PULSE_INTERVAL = 100

/** Every method, with what it takes and what it answers. */
export interface Methods {
  /** Makes the module for a request; `undefined`: it was pushed since that was asked. */
  load: { takes: LoadRequest; gives: NodeModule | undefined }
  /** Makes the module and everything that it imports statically; the modules are pushed. */
  preload: { takes: LoadRequest; gives: NodeModule }
  /** Says what the project's loaders ask for beyond what Node cannot load. */
  claims: { takes: undefined; gives: Claims }
  /** Goes along a program's imports, and brings the lock and the vendor folder to what it finds. */
  walk: { takes: WalkRequest; gives: WalkResult }
  /** The bodies of the lock's entries that are at hand: those that any of these beginnings means. */
  bodies: { takes: readonly string[]; gives: BodiesResult }
  /** Goes along what a program's modules are to TypeScript. */
  types: { takes: TypesRequest; gives: TypesResult }
  /** Looks at loaders, import map, lock and vendor folder. Answered though the loaders cannot be used. */
  inspect: { takes: undefined; gives: readonly Finding[] }
  /** Asks hosts for an answer, whatever it is. Answered as well. */
  reach: { takes: readonly string[]; gives: readonly Reached[] }
  /** Makes a module anew, and tells how: what it fails with is told, too. */
  explain: { takes: ExplainRequest; gives: Explanation }
  /** Goes along a program's imports, and tells of each module. */
  graph: { takes: GraphRequest; gives: ModuleGraph }
  /** Looks after the cache. */
  cache: { takes: CacheTask; gives: CacheResult }
  /** Asks what has moved on since it was locked. */
  outdated: { takes: OutdatedTask; gives: OutdatedResult }
  /** Lists the loaders, usable or not. */
  loaders: { takes: undefined; gives: LoaderListing }
  /** Writes what the program's next start is to have. */
  pack: { takes: undefined; gives: undefined }
}

export type Method = keyof Methods
export type Takes<M extends Method> = Methods[M]['takes']
export type Gives<M extends Method> = Methods[M]['gives']

/** What takes as long as it takes: each import in it has a deadline of its own. */
export type Work =
  | 'walk'
  | 'bodies'
  | 'inspect'
  | 'reach'
  | 'explain'
  | 'graph'
  | 'cache'
  | 'outdated'
  | 'loaders'
  | 'types'

/** What an import of the program asks. */
export type Question = Exclude<Method, Work | 'pack'>

/** What the engine is told first. */
export interface Setup {
  readonly settings: Settings
  /** Where it adds what it makes. */
  readonly pack: PackSettings | undefined
}

export type Call = {
  readonly [M in Method]: {
    readonly id: number
    readonly method: M
    readonly params: Takes<M>
    /** How many pushed modules the application thread has received. */
    readonly received: number
  }
}[Method]

/** A module that was made before it is asked for, and the key of the request that will. */
export type Push = readonly [key: string, module: NodeModule]

export type Message =
  | { readonly id: number; readonly value: unknown }
  /** `fatal`: this engine will fail again; the next call needs a new one. */
  | { readonly id: number; readonly error: PackedError; readonly fatal: boolean }
  /** Modules that will be asked for, each under the key of the request that will ask. */
  | { readonly pushes: readonly Push[] }
  /** What has happened, in its order, where the program listens. */
  | { readonly events: readonly EngineEvent[] }

/** Says whether something is owed to the disk: whoever ends the program waits while it is. `cell`: UNSAVED, UNCACHED, UNPACKED. */
export function noteOwed(cells: Int32Array, cell: number, isOwed: boolean): void {
  Atomics.store(cells, cell, isOwed ? 1 : 0)
  if (!isOwed) Atomics.notify(cells, cell)
}

/** Under which name the application thread and the engine know one request. */
export function requestKey(
  request: Pick<LoadRequest, 'specifier' | 'parentURL' | 'importAttributes'> &
    Partial<Pick<LoadRequest, 'conditions'>>,
): string {
  const { specifier, parentURL, importAttributes, conditions = [] } = request
  // What is not absolute means something else in every module.
  const parent = isAbsolute(specifier) ? '' : (parentURL ?? '')
  // What a package means by its own names depends on who asks, and how.
  const how = specifier.startsWith('#') ? `\n${conditions.toSorted().join()}` : ''
  return `${importAttributes['type'] ?? ''}\n${specifier}\n${parent}${how}`
}
