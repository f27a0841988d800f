/** Plays the matrix: puts modules into the cache, lets servers go wrong, imports, and judges each cell. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectedOf, protocolsOf, stateNames } from './fault.mts'
import { faults } from './faults.mts'
import { startOrigins } from './origins.mts'
import { buildPackage } from './package.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { Fault, ProtocolName, StateName } from './fault.mts'
import type { Project } from '../support/spawn.mts'

export interface Cell {
  readonly fault: Fault
  readonly protocol: ProtocolName
  readonly state: StateName
}

/** What a program said of a cell. */
interface Fact {
  readonly key: number
  readonly took: number
  readonly value?: string
  readonly code?: string
  readonly message?: string
}

export interface Result {
  readonly cell: Cell
  /** `new`, `kept`, an error's code, or what else there was. */
  readonly outcome: string
  /** ms that the import took, and that it may take. */
  readonly took: number
  readonly deadline: number
  /** What is wrong; `undefined` when all is as expected. */
  readonly fault: string | undefined
}

/** Deadlines, ms. What ends by one is measured with short ones. */
const short = { total: 4_000, connect: 350, headers: 350, idle: 350 }
const long = { total: 30_000, connect: 15_000, headers: 15_000, idle: 15_000 }

/** How much later than its deadline an import may end on a machine that is busy, ms. */
const SLACK = 5_000

/** Processes at a time: most of them wait. */
const AT_ONCE = 12

/** Everything that could hide, reorder or command on a terminal, but line feeds and tabs. */
const unsafe =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
  /[\0-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]/

export const titleOf = ({ fault, protocol, state }: Cell): string =>
  `${protocol}, ${state}: a server that ${fault.name}`

export const cellsOf = (rows: readonly Fault[] = faults): Cell[] =>
  rows.flatMap((fault) =>
    protocolsOf(fault).flatMap((protocol) =>
      stateNames.map((state) => ({ fault, protocol, state })),
    ),
  )

const outcomeOf = ({ value, code }: Fact): string => {
  if (value === undefined) return code ?? 'nothing'
  return { first: 'kept', second: 'new', 'second é': 'new' }[value.trim()] ?? value
}

function faultOf(cell: Cell, fact: Fact, asked: number, deadline: number): string | undefined {
  const { fault, state } = cell
  const expected = expectedOf(fault, state)
  const outcome = outcomeOf(fact)
  const { message = '', took } = fact
  const said = message === '' ? '' : ` (${JSON.stringify(message)})`
  if (!expected.includes(outcome)) {
    return `expected ${expected.join(' or ')}, found ${outcome}${said}`
  }
  if (took > deadline + SLACK) return `it took ${Math.round(took)} ms of ${deadline}`
  if (unsafe.test(message)) return `its message is not safe to print${said}`
  const isAsked = !(outcome === 'kept' && (state === 'fresh' || state === 'offline'))
  const most = isAsked ? (fault.most ?? Infinity) : 0
  if (asked > most) return `the server was asked ${asked} times, at most ${most} are right`
  return undefined
}

/** Which processes cells are imported in. */
const batchOf = ({ fault, state }: Cell, key: number): string => {
  const isOver = state === 'fresh' || state === 'offline'
  if (state === 'offline') return 'offline'
  if (isOver) return 'fresh'
  return fault.waits === true ? `short ${key % 5}` : `long ${key % 7}`
}

class Stage {
  readonly project: Project
  readonly #env: Readonly<Record<string, string>>

  readonly #loader: string

  constructor(certificates: string, loader: string) {
    this.#loader = loader
    const program = new URL('programs/import.mjs', import.meta.url)
    this.project = makeProject({
      'import.mjs': readFileSync(program),
      'start.txt': '',
      'ca.pem': certificates,
      'short.json': JSON.stringify({ timeout: short }),
      'long.json': JSON.stringify({ timeout: long }),
    })
    const { path } = this.project
    mkdirSync(join(path, 'cache'))
    this.#env = {
      NODE_EXTRA_CA_CERTS: join(path, 'ca.pem'),
      MIMEPORT_CACHE: join(path, 'cache'),
    }
  }

  /** Imports cells in a process; `name` says which of the two configurations. */
  async import(name: string, cells: readonly object[]): Promise<Fact[]> {
    const { path } = this.project
    const file = join(path, `${name}.cells`)
    writeFileSync(file, JSON.stringify(cells))
    const isShort = name.startsWith('short')
    const { stdout, stderr } = await run(['import.mjs', file], {
      cwd: path,
      nodeArgs: ['--import', this.#loader],
      timeout: 180_000,
      env: {
        ...this.#env,
        MIMEPORT_CONFIG: join(path, isShort ? 'short.json' : 'long.json'),
        ...(name === 'offline' && { MIMEPORT_OFFLINE: '1' }),
      },
    })
    if (stderr !== '') this.said.push(`${name}: ${stderr}`)
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Fact)
  }

  /** What was printed on standard error, where nothing should be. */
  readonly said: string[] = []
}

async function inTurns(work: readonly (() => Promise<void>)[]): Promise<void> {
  const queue = [...work]
  const turn = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, turn))
}

export interface Measured {
  readonly results: readonly Result[]
  /** What programs printed on standard error. */
  readonly said: readonly string[]
}

/** Measures cells with the built package; all of them when none are given. */
export async function measure(cells: readonly Cell[] = cellsOf()): Promise<Measured> {
  const { loader, remove } = buildPackage()
  const origins = startOrigins()
  try {
    const { urls, certificates } = await origins.open(
      cells.map(({ fault, protocol, state }) => ({ fault: fault.name, protocol, state })),
    )
    const stage = new Stage(certificates, loader)
    try {
      return await play(cells, urls, stage, origins)
    } finally {
      stage.project.remove()
    }
  } finally {
    await origins.stop()
    remove()
  }
}

async function play(
  cells: readonly Cell[],
  urls: readonly string[],
  stage: Stage,
  origins: ReturnType<typeof startOrigins>,
): Promise<Measured> {
  const all = cells.map(({ fault: { type } }, key) => ({ key, url: urls[key], type }))
  const batches = Object.entries(Object.groupBy(all, ({ key }) => batchOf(cells[key]!, key)))
  const facts = new Map<number, Fact>()
  const early = new Map<number, string>()
  // Into the cache.
  const warm = all.filter(({ key }) => cells[key]?.state !== 'cold')
  const parts = Object.entries(Object.groupBy(warm, ({ key }) => key % 3))
  await inTurns(
    parts.map(([name, part = []]) => async () => {
      const seen = await stage.import(`first ${name}`, part)
      const said = new Map(seen.map((fact) => [fact.key, fact]))
      for (const { key } of part) {
        const fact = said.get(key)
        if (fact?.value?.trim() === 'first') continue
        early.set(key, `before the fault: ${JSON.stringify(fact)}`)
      }
    }),
  )
  await origins.goWrong()
  // Those that wait begin: they take the longest.
  batches.sort(([a], [b]) => Number(b.startsWith('short')) - Number(a.startsWith('short')))
  await inTurns(
    batches.map(([name, batch = []]) => async () => {
      const seen = await stage.import(name, batch)
      if (seen.length === 0) throw new Error(`No import was tried: ${stage.said.join('\n')}`)
      for (const fact of seen) facts.set(fact.key, fact)
    }),
  )
  const counts = await origins.count()
  const results = cells.map((cell, key): Result => {
    const fact = facts.get(key) ?? { key, took: 0, code: 'nothing: the program did not come to it' }
    const deadline = (batchOf(cell, key).startsWith('short') ? short : long).total
    return {
      cell,
      outcome: outcomeOf(fact),
      took: fact.took,
      deadline,
      fault: early.get(key) ?? faultOf(cell, fact, counts[key] ?? 0, deadline),
    }
  })
  return { results, said: stage.said }
}
