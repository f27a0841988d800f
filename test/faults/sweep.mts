/**
 * The truncation sweep: a module cut at every byte, under each coding, in each framing, by each end that a connection or a
 * stream can have. Every part of the module parses, so a part that passed for the whole would run.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codingNames, codings } from './coding.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { CodingName } from './coding.mts'
import type { Project } from '../support/spawn.mts'

interface Shape {
  readonly version: 'http' | 'h2'
  readonly framing: 'length' | 'chunked' | 'close'
  /** FIN, RST, a reset of the stream without an error, or the framing's own end of what is a part. */
  readonly end: 'close' | 'reset' | 'quiet' | 'short'
}

const shapes: readonly Shape[] = [
  { version: 'http', framing: 'length', end: 'close' },
  { version: 'http', framing: 'length', end: 'reset' },
  { version: 'http', framing: 'chunked', end: 'close' },
  { version: 'http', framing: 'chunked', end: 'reset' },
  { version: 'http', framing: 'close', end: 'close' },
  { version: 'http', framing: 'length', end: 'short' },
  { version: 'http', framing: 'chunked', end: 'short' },
  { version: 'h2', framing: 'length', end: 'close' },
  { version: 'h2', framing: 'length', end: 'reset' },
  { version: 'h2', framing: 'length', end: 'quiet' },
  { version: 'h2', framing: 'length', end: 'short' },
  { version: 'h2', framing: 'close', end: 'close' },
  { version: 'h2', framing: 'close', end: 'reset' },
  { version: 'h2', framing: 'close', end: 'quiet' },
  { version: 'h2', framing: 'close', end: 'short' },
]

/** A part that is framed as a whole, without a coding, is a whole: nobody could tell. */
const canTell = ({ version, framing, end }: Shape, coding: CodingName) =>
  end !== 'short' || coding !== 'identity' || (version === 'h2' && framing === 'length')

export interface Cut extends Shape {
  readonly coding: CodingName
  readonly cut: number
}

export interface Swept {
  readonly cuts: number
  /** Those of which a part ran, or an empty module loaded. */
  readonly short: readonly Cut[]
  /** Those of which a part, or anything, was found in the cache afterwards. */
  readonly stored: readonly Cut[]
  /** Modules that were sent whole, and those of them that ran to their end. */
  readonly wholes: number
  readonly ran: number
  /** Error code → how many cuts ended with it. */
  readonly errors: Readonly<Record<string, number>>
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** Names, one after another, in an order that no coding can shorten by much. */
function moduleOf(count: number): { text: string; names: string[] } {
  const names = [...letters].slice(0, Math.min(count, 26))
  let seed = 7
  const parts = Array.from({ length: count }, () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return `${names[seed % names.length]};`
  })
  return { text: parts.join(''), names }
}

type Outcome = readonly [code: string, ran: number]

/** Imports the URLs in so many processes. */
async function importAll(
  project: Project,
  urls: readonly string[],
  names: readonly string[],
  env: Readonly<Record<string, string>>,
  processes: number,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const work = Array.from({ length: processes }, async (_, number) => {
    const own = [...urls.keys()].filter((index) => index % processes === number)
    const file = join(project.path, `${number}.urls`)
    writeFileSync(file, JSON.stringify({ names, urls: own.map((index) => urls[index]) }))
    const { stdout, stderr } = await run(['sweep.mjs', file], {
      cwd: project.path,
      env,
      timeout: 600_000,
    })
    if (stderr !== '') throw new Error(stderr)
    for (const [at, outcome] of (JSON.parse(stdout) as Outcome[]).entries()) {
      outcomes[own[at]!] = outcome
    }
  })
  await Promise.all(work)
  return outcomes
}

/** Sweeps over a module of so many names, two bytes each. */
export async function sweep(count: number, processes = 5): Promise<Swept> {
  const { text, names } = moduleOf(count)
  const child = fork(fileURLToPath(new URL('sweep-process.mts', import.meta.url)), [text], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [{ plain, secure, certificate }] = await once(child, 'message')
  const project = makeProject({
    'sweep.mjs': readFileSync(new URL('programs/sweep.mjs', import.meta.url)),
    'ca.pem': certificate,
    // What is cut is asked for once: that it is asked for again is the matrix's matter.
    'mimeport.json': '{ "limits": { "tries": 1 } }',
  })
  const env = {
    NODE_EXTRA_CA_CERTS: join(project.path, 'ca.pem'),
    MIMEPORT_CACHE: join(project.path, 'cache'),
  }
  const urlOf = ({ version, framing, end, coding, cut }: Cut): string => {
    const origin = version === 'h2' ? `https://127.0.0.1:${secure}` : `http://127.0.0.1:${plain}`
    return `${origin}/${coding}/${framing}/${end}/${cut}/m.mjs`
  }
  try {
    const cuts: Cut[] = []
    const wholes: Cut[] = []
    for (const shape of shapes) {
      for (const coding of codingNames.filter((name) => canTell(shape, name))) {
        const { length } = codings[coding](Buffer.from(text))
        for (let cut = 0; cut < length; cut++) cuts.push({ ...shape, coding, cut })
        // Bodies without an end marker are refused, cut or not.
        const isMarked = shape.framing !== 'close' || shape.version === 'h2'
        const isPlain = coding === 'identity' && shape.framing === 'close'
        if (isMarked && !isPlain && shape.end !== 'quiet') {
          wholes.push({ ...shape, coding, cut: length })
        }
      }
    }
    const urls = [...cuts, ...wholes].map(urlOf)
    const outcomes = await importAll(project, urls, names, env, processes)
    const ofCuts = outcomes.slice(0, cuts.length)
    const offline = { ...env, MIMEPORT_OFFLINE: '1' }
    const later = await importAll(project, cuts.map(urlOf), names, offline, 2)
    const errors: Record<string, number> = {}
    for (const [code] of ofCuts) errors[code] = (errors[code] ?? 0) + 1
    return {
      cuts: cuts.length,
      short: cuts.filter((_, at) => ofCuts[at]![0] === 'none' || ofCuts[at]![1] > 0),
      stored: cuts.filter((_, at) => later[at]![0] !== 'ERR_MIMEPORT_OFFLINE'),
      wholes: wholes.length,
      ran: outcomes.slice(cuts.length).filter(([code, ran]) => code === 'none' && ran === count)
        .length,
      errors,
    }
  } finally {
    child.disconnect()
    project.remove()
  }
}
