/** Plays the matrix: starts Node for each entrance and source, and judges each cell by what came back. */

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { availableParallelism } from 'node:os'
import { faultOf } from './cell.mts'
import { entrances } from './entrances.mts'
import { formats } from './formats.mts'
import { reasonFor } from './reasons.mts'
import { run } from '../support/spawn.mts'
import type { Cell, Fact, Result } from './cell.mts'
import type { Entrance } from './entrance.mts'
import type { Source } from './source.mts'
import type { Stage } from './stage.mts'
import type { Run } from '../support/spawn.mts'

export interface MeasureOptions {
  readonly stage: Stage
  /** The file that is registered. */
  readonly loader: string
  /** Entrances whose name has this in it; all when left out. */
  readonly only?: string
}

interface Batch {
  readonly entrance: Entrance
  readonly source: Source
  readonly cells: readonly Cell[]
}

/** A process that takes longer hangs, ms. */
const DEADLINE = 60_000

const lines = (text: string) => text.split('\n').filter((line) => line !== '')

/** Takes out what differs from process to process. */
const plain = (line: string) =>
  line
    .replace(/^# /, '')
    .replace(/\(node:\d+\)/, '(node)')
    .replace(/\(Use `\S+ /, '(Use `node ')

let reports = 0

export class Matrix {
  readonly #options: MeasureOptions
  /** What Node prints of its own accord of WebAssembly and of some flags, by what it was started with. */
  readonly #warnings = new Map<string, ReadonlySet<string>>()

  constructor(options: MeasureOptions) {
    this.#options = options
  }

  /** Every cell, in the order of sources, entrances and formats. */
  async measure(): Promise<Result[]> {
    const { only = '', stage } = this.#options
    const batches = stage.sources.flatMap((source) =>
      entrances
        .filter(({ name }) => name.includes(only))
        .flatMap((entrance) => batchesOf(entrance, source)),
    )
    const results = new Map<Cell, Result>()
    await inTurn(batches, async (batch) => {
      for (const result of await this.#play(batch)) results.set(result.cell, result)
    })
    return batches.flatMap(({ cells }) => cells).map((cell) => results.get(cell)!)
  }

  /** One process, or, where something is wrong with that as a whole, one for each cell: to know which it is. */
  async #play(batch: Batch): Promise<Result[]> {
    const whole = await this.#start(batch)
    const isDead = whole.facts.length === 0
    if (whole.fault === undefined || batch.cells.length === 1 || isDead) return judge(batch, whole)
    const singles: Result[] = []
    for (const cell of batch.cells) {
      const single = { ...batch, cells: [cell] }
      singles.push(...judge(single, await this.#start(single)))
    }
    return singles.some(({ fault }) => fault !== undefined) ? singles : judge(batch, whole)
  }

  async #start(batch: Batch): Promise<Played> {
    const { entrance, source, cells } = batch
    const { loader, stage } = this.#options
    const placed = source.place(cells[0]!.format)
    const { args, nodeArgs, env, input } = entrance.start(loader, placed)
    const path = join(stage.project.path, `report-${reports++}`)
    const result = await run(args, {
      cwd: join(stage.project.path, source.name),
      nodeArgs: nodeArgs ?? [],
      env: {
        ...env,
        ...source.env,
        REPORT: path,
        FORMATS: cells.map(({ format }) => format.label).join(' '),
        // Types are stripped once, and not in every process.
        NODE_COMPILE_CACHE: join(stage.project.path, 'compile-cache'),
      },
      timeout: DEADLINE,
      ...(input !== undefined && { input }),
      ...(entrance.endless === true && { onSpawn: endWhenDone }),
    })
    const facts = read(path)
    const isOver = facts.some(({ done }) => done === true)
    const allowed = await this.#allowed(batch)
    return { facts, fault: complaint(entrance, result, isOver, allowed), result }
  }

  /** The lines that Node prints by itself, without us. */
  async #allowed({ entrance, cells, source }: Batch): Promise<ReadonlySet<string>> {
    const starts = [entrance.warns, ...cells.map(({ format }) => format.warns?.(source.name))]
    const all = starts.filter((args) => args !== undefined).map((args) => this.#warningsOf(args))
    return new Set((await Promise.all(all)).flatMap((warnings) => [...warnings]))
  }

  async #warningsOf(args: readonly string[]): Promise<ReadonlySet<string>> {
    const key = args.join(' ')
    let known = this.#warnings.get(key)
    if (known === undefined) {
      const cwd = join(this.#options.stage.project.path, 'file')
      const { stderr } = await run(args, { cwd, nodeArgs: [] })
      known = new Set(lines(stderr).map(plain))
      this.#warnings.set(key, known)
    }
    return known
  }
}

interface Played {
  readonly facts: readonly Fact[]
  /** What is wrong with the process. */
  readonly fault: string | undefined
  readonly result: Run
}

function batchesOf(entrance: Entrance, source: Source): Batch[] {
  const cells = formats.map((format) => ({
    entrance,
    format,
    source,
    reason: reasonFor(entrance, format, source.name),
  }))
  // What is a program has a process of its own.
  return entrance.manner === 'program'
    ? cells.map((cell) => ({ entrance, source, cells: [cell] }))
    : [{ entrance, source, cells }]
}

function read(path: string): Fact[] {
  try {
    return lines(readFileSync(path, 'utf8')).map((line) => JSON.parse(line) as Fact)
  } catch {
    return []
  } finally {
    rmSync(path, { force: true })
  }
}

/** What a process did that it was not to do. */
function complaint(
  { endless, stdout }: Entrance,
  result: Run,
  isOver: boolean,
  allowed: ReadonlySet<string>,
): string | undefined {
  const own = (text: string) =>
    lines(text)
      .filter((line) => !allowed.has(plain(line)))
      .map((line) => `${line}\n`)
      .join('')
  const [printed, warned] = [own(result.stdout), own(result.stderr)]
  if (warned !== '') return `standard error has ${JSON.stringify(warned.slice(0, 2_000))}`
  if (endless !== true && result.status !== 0) {
    return `it ended with ${result.signal ?? `code ${result.status}`}`
  }
  if (!(stdout ?? /^$/).test(printed)) return `standard output has ${JSON.stringify(printed)}`
  return isOver ? undefined : 'it did not come to its end'
}

/** Watch mode says when a program has ended, and waits. */
function endWhenDone(child: { stdout: NodeJS.ReadableStream | null; kill(): boolean }): void {
  let text = ''
  child.stdout?.on('data', (more: string) => {
    text += more
    if (/^(?:Completed|Failed) running/m.test(text)) child.kill()
  })
}

function judge({ cells }: Batch, { facts, fault, result }: Played): Result[] {
  return cells.map((cell) => {
    const fact = facts.find(({ format }) => format === cell.format.label)
    if (cell.entrance.manner === 'program' && cell.reason !== undefined) {
      return { cell, fault: refusal(cell, result) }
    }
    // What went wrong with the process says more than that something is missing.
    return { cell, fault: (fact === undefined ? fault : undefined) ?? faultOf(cell, fact) ?? fault }
  })
}

/** A program that Node refuses ends with an error that says so. */
function refusal({ reason }: Cell, { status, stderr }: Run): string | undefined {
  if (reason?.code === undefined) return undefined
  return status === 1 && stderr.includes(`code: '${reason.code}'`)
    ? undefined
    : `expected it to fail with ${reason.code}, found ${JSON.stringify(stderr.slice(0, 500))}`
}

/** As many at a time as there are processors, two at least. */
async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const one = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, one))
}
