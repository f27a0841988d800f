/**
 * What V8 says of a text's grammar, which nobody else knows whole: it compiles the text in a thread that neither links nor
 * runs anything. docs/decisions/056-v8-is-asked.md
 */

import { Worker } from 'node:worker_threads'

/** The kinds of JavaScript that Node knows, by its names for formats. */
export type Grammar = 'module' | 'commonjs'

/** What is wrong, in V8's words; line and column from 1, `undefined` where the thread may not ask for them. */
export interface Fault {
  readonly message: string
  readonly line: number | undefined
  readonly column: number | undefined
}

interface Answer {
  readonly id: number
  readonly fault: Fault | undefined
}

/** How long the thread may give no answer while there is a question, ms: V8 parses tens of megabytes in a second. */
const PATIENCE = 10_000

/**
 * What the thread runs: plain JavaScript, and all that it ever runs. `new SourceTextModule` and `compileFunction` parse. The
 * position of a fault in a module is in no property of its error (docs/node-notes.md), but in what the inspector tells of
 * the call that throws it. Node's permission model refuses that one.
 */
const program = `
const { parentPort } = require('node:worker_threads')
const { SourceTextModule, compileFunction } = require('node:vm')
const scope = ['exports', 'require', 'module', '__filename', '__dirname']
const compilers = {
  module: (text) => { new SourceTextModule(text) },
  commonjs: (text) => { compileFunction(text, scope) },
}
let compile
let session
Object.defineProperty(globalThis, 'compile', { get: () => compile })
function place() {
  try {
    if (session === undefined) {
      const { Session } = require('node:inspector')
      const begun = new Session()
      begun.connect()
      session = begun
    }
    let thrown
    session.post('Runtime.evaluate', { expression: 'compile()', silent: true }, (_, answer) => {
      thrown = answer?.exceptionDetails
    })
    return thrown && { line: thrown.lineNumber + 1, column: thrown.columnNumber + 1 }
  } catch {
    return undefined
  }
}
parentPort.on('message', ({ id, grammar, text }) => {
  compile = () => compilers[grammar](text)
  let fault
  try {
    compile()
  } catch (error) {
    // Not that the stack is too small for it: that depends on who calls.
    if (error?.name === 'SyntaxError') fault = { message: error.message, ...place() }
  }
  compile = undefined
  parentPort.postMessage({ id, fault })
})`

/** The permission model's flags, as this thread has them: without, the thread would be free of it. */
const permission = /^--(?:permission|allow-[\w-]+(?:=[^]*)?|disable-warning=\w+)$/

/** Where texts are checked. The thread is started for the first of them, and never keeps the process. */
export class SyntaxCheck {
  #worker: Worker | undefined
  /** There is no thread any more, or there never was one. */
  #isOver = false
  #asked = 0
  readonly #waiting = new Map<number, (fault: Fault | undefined) => void>()
  #timer: NodeJS.Timeout | undefined
  readonly #patience: number

  constructor(patience = PATIENCE) {
    this.#patience = patience
  }

  /** What is wrong with a text; `undefined` also where there is nobody to ask. Never rejects. */
  async faultOf(text: string, grammar: Grammar): Promise<Fault | undefined> {
    const worker = this.#isOver ? undefined : (this.#worker ??= this.#start())
    if (worker === undefined) return undefined
    return new Promise((resolve) => {
      const id = ++this.#asked
      this.#waiting.set(id, resolve)
      // While somebody waits, the event loop has to turn for the answer.
      worker.ref()
      this.#timer ??= setTimeout(() => this.end(), this.#patience)
      worker.postMessage({ id, grammar, text })
    })
  }

  /** Ends the thread. Whoever waits yet is told of no fault. */
  end(): void {
    this.#isOver = true
    this.#settle()
    const worker = this.#worker
    this.#worker = undefined
    worker?.terminate().catch(() => {})
    for (const resolve of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
  }

  #start(): Worker | undefined {
    try {
      const worker = new Worker(program, {
        eval: true,
        name: 'mimeport syntax',
        // ! Neither flags nor `NODE_OPTIONS` of the program: its preloads would run in here.
        execArgv: [
          ...process.execArgv.filter((flag) => permission.test(flag)),
          '--experimental-vm-modules',
          '--no-warnings',
        ],
        env: {},
        stdout: true,
        stderr: true,
      })
      worker.on('message', (answer: Answer) => this.#take(answer))
      for (const event of ['error', 'messageerror', 'exit']) worker.on(event, () => this.end())
      return worker
    } catch {
      // The system is out of threads, or the permission model allows none.
      this.end()
      return undefined
    }
  }

  #take({ id, fault }: Answer): void {
    this.#timer?.refresh()
    this.#waiting.get(id)?.(fault)
    this.#waiting.delete(id)
    if (this.#waiting.size > 0) return
    this.#settle()
    this.#worker?.unref()
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
