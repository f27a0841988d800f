/** Runs a job as it is and with us, and compares what it printed, how it ended and what it left behind. */

import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Job } from './job.mts'

const packages = fileURLToPath(new URL('./node_modules/', import.meta.url))

/** A program that hangs is killed after this, ms. */
const DEADLINE = 120_000

/** How a job is run: Node's own arguments, and `NODE_OPTIONS`. */
export interface Way {
  readonly name: string
  readonly nodeArgs?: readonly string[]
  readonly options?: string
}

/** What is compared. */
export interface Outcome {
  readonly status: number | string
  readonly stdout: string
  readonly stderr: string
  /** Path → content, of all that is in the project's folder afterwards. */
  readonly files: Readonly<Record<string, string>>
}

export interface RunFolder {
  /** The same for each run of a job, so that paths are the same. */
  readonly folder: string
  readonly home: string
  /** A folder in which `node` is the Node that runs us. */
  readonly bin: string
  /** What `$SERVER` in a file is. */
  readonly server?: string
}

/** What is another in each run of a program, whoever runs it: durations, times of day, ports, processes. */
function normalize(text: string): string {
  return text
    .replace(/\b\d+(?:\.\d+)? ?m?s\b/g, '<time>')
    .replace(/(duration_ms:? |"responseTime":)[\d.]+/g, '$1<time>')
    .replace(/ in <time>(?: <time>)*/g, '')
    .replace(/"remotePort":\d+/g, '"remotePort":<port>')
    .replace(/\b\d{1,2}:\d{2}:\d{2}(?: [AP]M)?/g, '<clock>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/\(node:\d+\)/g, '(node:<pid>)')
}

/** What programs keep for themselves. */
const isKept = (path: string) => !/(?:^|[/\\])(?:node_modules|\.cache|\.yarn)(?:[/\\]|$)/.test(path)

function contents(folder: string): Record<string, string> {
  const files: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')
    if (entry.isFile() && isKept(path)) files[path] = readFileSync(join(folder, path), 'latin1')
  }
  return files
}

/** Runs a job in a new folder, to its end. */
export async function runJob(job: Omit<Job, 'status'>, way: Way, at: RunFolder): Promise<Outcome> {
  const { folder, home, bin, server = '' } = at
  rmSync(folder, { recursive: true, force: true })
  const files = { 'package.json': '{ "type": "module" }\n', ...job.files }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text.replaceAll('$SERVER', server))
  }
  symlinkSync(packages, join(folder, 'node_modules'))
  const [program, ...args] = job.command
  const path =
    program === undefined ? [] : [join(program.startsWith('./') ? folder : packages, program)]
  const { PATH, SystemRoot } = process.env
  const child = spawn(
    process.execPath,
    [...(way.nodeArgs ?? []), ...(job.nodeArgs ?? []), ...path, ...args],
    {
      cwd: folder,
      env: {
        PATH: bin + delimiter + PATH,
        HOME: home,
        TMPDIR: home,
        NO_COLOR: '1',
        ...(SystemRoot !== undefined && { SystemRoot }),
        ...job.env,
        ...(way.options !== undefined && { NODE_OPTIONS: way.options }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE)
  const status = await new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'lost')),
  )
  clearTimeout(timer)
  const left = contents(folder)
  rmSync(folder, { recursive: true, force: true })
  return { status, stdout: normalize(stdout), stderr: normalize(stderr), files: left }
}

/** Without the frames of Node's own files, and of hooks that do nothing: how many there are, hooks alone decide. */
export function withoutFrames(outcome: Outcome, noop: string): Outcome {
  const plain = (text: string) =>
    text
      .split('\n')
      .filter(
        (line) =>
          !(/^\s+at /.test(line) && (line.includes('node:internal/') || line.includes(noop))),
      )
      .join('\n')
  return { ...outcome, stdout: plain(outcome.stdout), stderr: plain(outcome.stderr) }
}

/** Two texts from their first different line on, a few lines of each. */
function firstDifference(what: string, own: string, other: string): string {
  const [a, b] = [own.split('\n'), other.split('\n')]
  const at = a.findIndex((line, index) => line !== b[index])
  const from = at === -1 ? a.length : at
  const lines = (sign: string, all: readonly string[]) =>
    all.slice(from, from + 6).map((line) => `    ${sign} ${line.slice(0, 300)}`)
  return [`  ${what}, line ${from + 1}:`, ...lines('-', a), ...lines('+', b)].join('\n')
}

/** What is different; nothing where nothing is. */
export function differences(own: Outcome, other: Outcome): string[] {
  const found: string[] = []
  if (own.status !== other.status) found.push(`  exit: ${own.status}, then ${other.status}`)
  for (const stream of ['stdout', 'stderr'] as const) {
    if (own[stream] !== other[stream])
      found.push(firstDifference(stream, own[stream], other[stream]))
  }
  const paths = new Set([...Object.keys(own.files), ...Object.keys(other.files)])
  for (const path of paths) {
    const [a, b] = [own.files[path], other.files[path]]
    if (a === b) continue
    if (a === undefined || b === undefined)
      found.push(`  ${path}: only ${a === undefined ? 'with' : 'without'} us`)
    else found.push(firstDifference(path, a, b))
  }
  return found
}

/** Whether the program did what the job is: what is the same twice may still be nothing at all. */
export function unfinished(job: Omit<Job, 'status'>, outcome: Outcome): string[] {
  const missing = (job.makes ?? []).filter((path) => !(path in outcome.files))
  return [
    ...missing.map((path) => `  it did not make ${path}`),
    ...(job.says.test(outcome.stdout)
      ? []
      : [`  it did not say ${job.says}, but:\n${outcome.stdout}\n${outcome.stderr}`]),
  ]
}
