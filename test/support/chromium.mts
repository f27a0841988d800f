/**
 * Drives Chromium as somebody who sits before it does: by the DevTools protocol over two pipes, without a port and without
 * a library. https://chromedevtools.github.io/devtools-protocol/
 */

import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

/** What does not answer by then does not, ms. */
const DEADLINE = 60_000

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where Chromium is: `CHROMIUM`, the path, /usr/bin; `undefined` where it is not. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM']
  if (named !== undefined && named !== '') return named
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin']
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

interface Answer {
  readonly id?: number
  readonly sessionId?: string
  readonly method?: string
  readonly params?: any
  readonly result?: any
  readonly error?: { readonly message: string }
}

/** Keys whose name is no character of theirs: their virtual key codes. */
const keyCodes: Readonly<Record<string, number>> = {
  Enter: 13,
  Escape: 27,
  Tab: 9,
  Home: 36,
  End: 35,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
}

export class Chromium {
  readonly #child: ReturnType<typeof spawn>
  readonly #profile = mkdtempSync(join(tmpdir(), 'mimeport-chromium-'))
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #calls = 0
  #session: string | undefined
  #rest = ''
  #loaded: (() => void) | undefined
  /** What the page's console was told, exceptions, and what the browser says of the page. */
  readonly complaints: string[] = []
  /** URLs that the page asked for. */
  readonly requests: string[] = []

  constructor(path: string) {
    this.#child = spawn(
      path,
      [
        '--headless',
        '--remote-debugging-pipe',
        '--no-first-run',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        // As root, and in containers, there is no sandbox to be had; the page is a file of ours.
        '--no-sandbox',
        '--force-color-profile=srgb',
        `--user-data-dir=${this.#profile}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    )
    this.#child.on('error', (error) => this.#end(String(error)))
    this.#child.on('close', () => this.#end('Chromium has ended'))
    const output = this.#child.stdio[4] as Readable
    output.setEncoding('utf8').on('data', (text: string) => this.#read(text))
    ;(this.#child.stdio[3] as Writable).on('error', () => {})
  }

  /** Ends what waits for an answer that does not come. */
  #end(message: string): void {
    for (const answer of this.#waiting.values()) answer({ error: { message } })
    this.#waiting.clear()
  }

  #read(text: string): void {
    const messages = (this.#rest + text).split('\0')
    this.#rest = messages.pop()!
    for (const message of messages) this.#take(JSON.parse(message) as Answer)
  }

  #take(answer: Answer): void {
    const { id, method, params } = answer
    if (id !== undefined) {
      this.#waiting.get(id)?.(answer)
      this.#waiting.delete(id)
    } else if (method === 'Page.loadEventFired') this.#loaded?.()
    else if (method === 'Runtime.consoleAPICalled') {
      this.complaints.push(params.args.map((each: any) => each.value ?? each.description).join(' '))
    } else if (method === 'Runtime.exceptionThrown') {
      const { text, exception } = params.exceptionDetails
      this.complaints.push(`${text} ${exception?.description ?? ''}`)
    } else if (method === 'Log.entryAdded') this.complaints.push(params.entry.text)
    else if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url)
  }

  call(method: string, params: object = {}): Promise<any> {
    this.#calls += 1
    const id = this.#calls
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Error(`Chromium has not answered '${method}' within ${DEADLINE / 1000} s`))
      }, DEADLINE)
      this.#waiting.set(id, ({ result, error }) => {
        clearTimeout(timer)
        if (error === undefined) resolve(result)
        else reject(new Error(`${method}: ${error.message}`))
      })
      const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) }
      ;(this.#child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`)
    })
  }

  /** Opens a page in a window of this size, CSS pixels. */
  async open(url: string, { width = 1280, height = 800 } = {}): Promise<void> {
    if (this.#session === undefined) {
      const { targetId } = await this.call('Target.createTarget', { url: 'about:blank' })
      const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true })
      this.#session = sessionId
      for (const domain of ['Page', 'Runtime', 'Log', 'Network'])
        await this.call(`${domain}.enable`)
    }
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false }
    await this.call('Emulation.setDeviceMetricsOverride', metrics)
    this.complaints.length = 0
    this.requests.length = 0
    const loaded = new Promise<void>((resolve) => (this.#loaded = resolve))
    await this.call('Page.navigate', { url })
    await Promise.race([
      loaded,
      new Promise((_, reject) => setTimeout(reject, DEADLINE, new Error('no load')).unref()),
    ])
    await this.frame()
  }

  /** The value of an expression in the page, as JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const options = { expression, returnByValue: true, awaitPromise: true, userGesture: true }
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', options)
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    }
    return result.value as T
  }

  /** Waits for what was asked for to be drawn. */
  async frame(): Promise<void> {
    await this.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    )
  }

  async press(key: string, modifiers = 0): Promise<void> {
    await this.#key(key, modifiers)
    await this.frame()
  }

  async #key(key: string, modifiers = 0): Promise<void> {
    const isText = key.length === 1
    // The code of `.` is that of Delete: signs go by their text.
    const letter = /^[a-z\d]$/i.test(key) ? key.toUpperCase().charCodeAt(0) : 0
    const windowsVirtualKeyCode = keyCodes[key] ?? letter
    const base = { key, windowsVirtualKeyCode, modifiers }
    const text = key === 'Enter' ? '\r' : isText ? key : undefined
    await this.call('Input.dispatchKeyEvent', { type: 'keyDown', ...base, ...(text && { text }) })
    await this.call('Input.dispatchKeyEvent', { type: 'keyUp', ...base })
  }

  async type(text: string): Promise<void> {
    for (const key of text) await this.#key(key)
    await this.frame()
  }

  async move(x: number, y: number): Promise<void> {
    await this.call('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y })
    await this.frame()
  }

  async click(x: number, y: number): Promise<void> {
    await this.drag([x, y], [x, y])
  }

  async drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const at = ([x, y]: readonly [number, number]) => ({ x, y, button: 'left', clickCount: 1 })
    await this.move(...from)
    await this.call('Input.dispatchMouseEvent', { type: 'mousePressed', ...at(from) })
    if (from[0] !== to[0] || from[1] !== to[1]) {
      const moved = { type: 'mouseMoved', ...at(to), buttons: 1 }
      await this.call('Input.dispatchMouseEvent', moved)
    }
    await this.call('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at(to) })
    await this.frame()
  }

  async wheel(x: number, y: number, deltaY: number): Promise<void> {
    const event = { type: 'mouseWheel', x, y, deltaX: 0, deltaY }
    await this.call('Input.dispatchMouseEvent', event)
    await this.frame()
  }

  /** Clicks the middle of the first element that a selector means. */
  async clickOn(selector: string): Promise<void> {
    const place = `(() => {
      const found = document.querySelector(${JSON.stringify(selector)})
      if (found === null) throw new Error('nothing is ' + ${JSON.stringify(selector)})
      found.scrollIntoView({ block: 'nearest' })
      const { x, y, width, height } = found.getBoundingClientRect()
      return [x + width / 2, y + height / 2]
    })()`
    await this.click(...(await this.evaluate<[number, number]>(place)))
  }

  async prefer(scheme: 'light' | 'dark'): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: scheme }]
    await this.call('Emulation.setEmulatedMedia', { features })
    await this.frame()
  }

  /** A PNG of the window. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.call('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(data, 'base64')
  }

  /** Ends the browser, and takes its profile away. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve))
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await ended
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
