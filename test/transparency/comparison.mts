/**
 * Runs a program with and without the loader and compares what the world sees of it: stdout, stderr, exit code, signal.
 * Both runs are in one folder, so that nothing has to be named alike; what may differ stands in `alike` and `withoutHooks`.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { argsOf } from './program.mts'
import type { Program } from './program.mts'

/** What a program did. */
export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * How near a program with us is to the program without:
 * - `same`: to the letter
 * - `positions`: but for lines of Node's own files in stacks: hooks are called from other lines
 * - `preload`: as it is with `--import` of an empty file
 * - `line`: but for the line that Node prints above an error that nobody caught
 * - `hooks`: as it is with a preload whose hooks do nothing, but for the frames of these
 * - `different`: by our doing
 */
export type Nearness = 'same' | 'positions' | 'preload' | 'line' | 'hooks' | 'different'

export interface Comparison {
  readonly nearness: Nearness
  readonly plain: Outcome
  readonly ours: Outcome
}

/** A program that takes longer hangs, ms. */
const DEADLINE = 30_000

/** Runs programs with and without a loader. */
export class Comparer {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-transparency-')))
  readonly #empty = join(this.#root, 'empty.mjs')
  readonly #noop = join(this.#root, 'noop.mjs')
  #count = 0

  constructor() {
    writeFileSync(this.#empty, '')
    writeFileSync(
      this.#noop,
      `import { registerHooks } from 'node:module'
registerHooks({ resolve: (s, c, next) => next(s, c), load: (u, c, next) => next(u, c) })`,
    )
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  /** Compares a program with itself under a loader. */
  async compare(program: Program, loader: string): Promise<Comparison> {
    const folder = this.#write(program)
    const outcome = (preload?: string) => runIn(folder, program, preload)
    const plain = await outcome()
    const ours = await outcome(loader)
    const nearness = async (): Promise<Nearness> => {
      if (isEqual(plain, ours)) return 'same'
      if (isEqual(alike(plain), alike(ours))) return 'positions'
      const empty = alike(await outcome(this.#empty))
      if (isEqual(empty, alike(ours))) return 'preload'
      const lineless = withoutLine(alike(ours))
      if ([alike(plain), empty].some((each) => isEqual(withoutLine(each), lineless))) return 'line'
      const noop = withoutHooks(alike(await outcome(this.#noop)), this.#noop)
      return isEqual(noop, withoutHooks(alike(ours), this.#noop)) ? 'hooks' : 'different'
    }
    const comparison = { nearness: await nearness(), plain, ours }
    rmSync(folder, { recursive: true, force: true })
    return comparison
  }

  #write({ files, links = {} }: Program): string {
    const folder = join(this.#root, String(++this.#count))
    mkdirSync(folder)
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    for (const [name, target] of Object.entries(links)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      symlinkSync(target, join(folder, name))
    }
    return folder
  }
}

function runIn(folder: string, program: Program, preload: string | undefined): Promise<Outcome> {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env
  const preloads = preload === undefined ? [] : ['--import', preload]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...preloads, ...argsOf(program)], {
      cwd: folder,
      env: { ...inherited, ...program.env },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdin.on('error', () => {})
    child.stdin.end(program.input ?? '')
    const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE)
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      resolve({ status, signal, stdout, stderr })
    })
  })
}

function isEqual(a: Outcome, b: Outcome): boolean {
  return (
    a.status === b.status && a.signal === b.signal && a.stdout === b.stdout && a.stderr === b.stderr
  )
}

function changed(outcome: Outcome, change: (text: string) => string): Outcome {
  return { ...outcome, stdout: change(outcome.stdout), stderr: change(outcome.stderr) }
}

/** Lines of Node's own files in stacks, and the process in warnings, are not compared. */
function alike(outcome: Outcome): Outcome {
  return changed(outcome, (text) =>
    text
      .replace(/^(.*    at .*)$/gm, (line) => line.replace(/(node:[\w/]+):\d+:\d+/, '$1'))
      .replace(/\(node:\d+\)/g, '(node:<process>)'),
  )
}

/** The line above an error that nobody caught: file, text, and an arrow. */
function withoutLine(outcome: Outcome): Outcome {
  return changed(outcome, (text) => text.replace(/node:[\w/]+:\d+\n.*\n +\^\n/g, '<line>\n'))
}

/** A stack is as long as Node's limit; the frames of hooks come on top of it. What they push out is not compared. */
function withoutHooks(outcome: Outcome, noop: string): Outcome {
  return changed(outcome, (text) =>
    text.replace(/(?:^ +at .*\n?)+/gm, (stack) => {
      const frames = stack
        .split('\n')
        .filter((line) => !line.includes('modules/customization_hooks') && !line.includes(noop))
      return `${frames.slice(0, 5).join('\n')}\n`
    }),
  )
}
