/** Places are the originals' in tools, too: the test runner, debuggers, coverage. */

import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commonjsText, moduleText, placeOf } from '../support/mapped-library.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { Project } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('source maps: tools')

let project: Project
let server: TestServer

test.before(async () => {
  server = await startServer()
  await server.set({
    '/lib.ts': moduleText,
    '/lib.cts': { headers: { 'content-type': 'application/typescript' }, body: commonjsText },
  })
  project = makeProject({
    'lib.ts': moduleText,
    'lib.cts': commonjsText,
    'probe.test.ts': `import test from 'node:test'
enum Kind { A, B }

interface Wide {
  a: 1
}

test('passes', () => {})

  test('fails', () => { throw new Error(String(Kind.A as number)) })
`,
    'breakpoint.mjs': `
      const { lines } = await import(process.argv[2])
      debugger
      globalThis.result = lines('a,b')`,
    'covered.mjs': `
      for (const specifier of process.argv.slice(2)) (await import(specifier)).lines('a,b')`,
    'covered.test.mjs': `import { fail, lines } from './lib.ts'\nimport test from 'node:test'\ntest('lines', () => lines('a'))\nvoid fail`,
  })
})
test.after(async () => {
  project.remove()
  await server.stop()
})

/** Name, specifier, the name that Node prints, and the text. */
const modules = () =>
  [
    ['file, ES module', './lib.ts', join(project.path, 'lib.ts'), moduleText],
    ['file, CommonJS', './lib.cts', join(project.path, 'lib.cts'), commonjsText],
    ['http, ES module', `${server.url}/lib.ts`, `${server.url}/lib.ts`, moduleText],
    ['http, CommonJS', `${server.url}/lib.cts`, `${server.url}/lib.cts`, commonjsText],
  ] as const

const execute = (args: readonly string[], more = {}) => run(args, { cwd: project.path, ...more })

test("node --test: an error's place always, a test's own with Node's flag", async () => {
  const text = readFileSync(join(project.path, 'probe.test.ts'), 'utf8')
  const path = join(project.path, 'probe.test.ts')
  const failing = placeOf(text, "test('fails'").join(':')
  const thrown = placeOf(text, 'new Error').join(':')
  for (const flags of [[], ['--enable-source-maps']]) {
    const nodeArgs = [...flags, '--import', loaderPath, '--test', '--test-reporter=spec']
    const { stdout, status } = await execute(['probe.test.ts'], { nodeArgs })
    assert.is(status, 1)
    assert.match(stdout, `${path}:${thrown}`)
    const located = new RegExp(`probe\\.test\\.ts:${failing}\\b`).test(stdout)
    assert.is(located, flags.length > 0, stdout)
  }
})

interface Inspected {
  send(method: string, params?: object): Promise<any>
  event(method: string, test?: (params: any) => boolean): Promise<any>
  close(): void
}

/** A debugger: Chrome's protocol over Node's inspector. Whatever waits fails when the program ends. */
async function inspect(args: readonly string[]): Promise<Inspected> {
  const { NODE_OPTIONS: _options, ...env } = process.env
  const child = spawn(
    process.execPath,
    ['--inspect-brk=127.0.0.1:0', '--import', loaderPath, ...args],
    { cwd: project.path, env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let stderr = ''
  const { promise: address, resolve: setAddress } = Promise.withResolvers<string>()
  const { promise: ended, reject: end } = Promise.withResolvers<never>()
  ended.catch(() => {})
  const timer = setTimeout(() => child.kill('SIGKILL'), 40_000)
  child.on('close', () => end(new Error(`The program has ended: ${stderr}`)))
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    const [found] = /ws:\S+(?=\s)/.exec(stderr) ?? []
    if (found !== undefined) setAddress(found)
  })
  const socket = new WebSocket(await Promise.race([address, ended]))
  socket.addEventListener('error', () => end(new Error(`No connection: ${stderr}`)))
  await Promise.race([new Promise((resolve) => socket.addEventListener('open', resolve)), ended])
  const calls = new Map<number, (result: unknown) => void>()
  const seen: { method: string; params: unknown }[] = []
  const waiting = new Set<() => void>()
  let id = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data))
    if (message.id === undefined) seen.push(message)
    else calls.get(message.id)?.(message.error ?? message.result)
    for (const each of waiting) each()
  })
  const orEnd = (work: (resolve: (value: any) => void) => void) =>
    Promise.race([new Promise<any>(work), ended])
  return {
    send: (method, params = {}) =>
      orEnd((resolve) => {
        calls.set(++id, resolve)
        socket.send(JSON.stringify({ id, method, params }))
      }),
    event: (method, test = () => true) =>
      orEnd((resolve) => {
        const look = () => {
          const at = seen.findIndex((each) => each.method === method && test(each.params))
          if (at === -1) return
          waiting.delete(look)
          resolve(seen.splice(at, 1)[0]!.params)
        }
        waiting.add(look)
        look()
      }),
    close() {
      clearTimeout(timer)
      socket.close()
      child.kill('SIGKILL')
    },
  }
}

test('a debugger is told of each map, and stops at a line of the original', async () => {
  for (const [what, specifier, printed, text] of modules()) {
    const inspected = await inspect(['breakpoint.mjs', specifier])
    const { send, event } = inspected
    try {
      await send('Debugger.enable')
      await send('Runtime.enable')
      await send('Runtime.runIfWaitingForDebugger')
      // The program's first line, and its `debugger`.
      await event('Debugger.paused')
      await send('Debugger.resume')
      await event('Debugger.paused')
      const url = specifier.startsWith('http') ? specifier : pathToFileURL(printed).href
      // Node gives CommonJS of a file its path for a name, or its URL: by the way that it was loaded.
      const script = await event('Debugger.scriptParsed', (each) =>
        [url, printed].includes(each.url),
      )
      assert.match(script.sourceMapURL, /^data:application\/json;base64,/, what)
      const [, base64 = ''] = script.sourceMapURL.split('base64,')
      const payload = JSON.parse(Buffer.from(base64, 'base64').toString())
      assert.equal(payload.sources, [url])
      assert.equal(payload.sourcesContent, [text])
      // What a debugger does with a breakpoint: the first place that leads to that line.
      const map = new SourceMap(payload)
      const { scriptSource } = await send('Debugger.getScriptSource', { scriptId: script.scriptId })
      const [line, column] = placeOf(text, 'each + Kind')
      const places = scriptSource
        .split('\n')
        .flatMap((each: string, lineNumber: number) =>
          [...each].map((_, columnNumber) => ({ lineNumber, columnNumber })),
        )
      const origin = ({ lineNumber, columnNumber }: { lineNumber: number; columnNumber: number }) =>
        map.findEntry(lineNumber, columnNumber) as { originalLine: number; originalColumn: number }
      const place = places.find((each: { lineNumber: number; columnNumber: number }) => {
        const { originalLine, originalColumn } = origin(each)
        return originalLine === line - 1 && originalColumn === column - 1
      })
      const breakpoint = { url: script.url, ...place }
      const { locations } = await send('Debugger.setBreakpointByUrl', breakpoint)
      assert.is(locations.length, 1)
      await send('Debugger.resume')
      const { callFrames, hitBreakpoints } = await event('Debugger.paused')
      assert.is(hitBreakpoints.length, 1)
      assert.is(origin(callFrames[0].location).originalLine, line - 1)
      const { callFrameId } = callFrames[0]
      const seen = await send('Debugger.evaluateOnCallFrame', { callFrameId, expression: 'each' })
      assert.is(seen.result.value, 'a')
    } finally {
      inspected.close()
    }
  }
})

test('coverage has each map, with the lengths of the lines that run', async () => {
  const folder = join(project.path, 'coverage')
  mkdirSync(folder)
  const all = modules()
  const specifiers = all.map(([, specifier]) => specifier)
  const { stderr } = await execute(['covered.mjs', ...specifiers], {
    env: { NODE_V8_COVERAGE: folder },
  })
  assert.is(stderr, '')
  const reports = readdirSync(folder).map((file) =>
    JSON.parse(readFileSync(join(folder, file), 'utf8')),
  )
  const report = reports.find((each) => each['source-map-cache'] !== undefined)
  for (const [what, specifier, printed, text] of all) {
    const url = specifier.startsWith('http') ? specifier : pathToFileURL(printed).href
    const { data, lineLengths } = report['source-map-cache'][url]
    assert.equal(data.sources, [url], what)
    assert.equal(data.sourcesContent, [text])
    // Node 24 gives CommonJS its path for a URL, where a hook asked Node for the file.
    const { functions } = report.result.find((each: { url: string }) =>
      [url, printed].includes(each.url),
    )
    // The module as a whole: V8 counts characters, the table counts lines.
    const end = Math.max(
      ...functions.flatMap((each: any) => each.ranges.map((range: any) => range.endOffset)),
    )
    const length = lineLengths.reduce((sum: number, each: number) => sum + each + 1, -1)
    assert.is(length, end, what)
    // And the function's place is that of its original.
    const offset = functions.find((each: any) => each.functionName.endsWith('fail')).ranges[0]
      .startOffset
    let line = 0
    let rest = offset
    while (rest > lineLengths[line]) rest -= lineLengths[line++] + 1
    const { originalLine } = new SourceMap(data).findEntry(line, rest) as { originalLine: number }
    assert.is(originalLine + 1, placeOf(text, 'fail')[0], what)
  }
})

test("the test runner's coverage works, and with Node's flag it is of the originals", async () => {
  for (const flags of [[], ['--enable-source-maps']]) {
    const nodeArgs = [
      ...flags,
      '--import',
      loaderPath,
      '--test',
      '--experimental-test-coverage',
      '--test-coverage-include=**/lib.ts',
      '--test-reporter=tap',
    ]
    const { stdout, status } = await execute(['covered.test.mjs'], { nodeArgs })
    assert.is(status, 0, stdout)
    const [, row = ''] = /^# +lib\.ts +\|(.*)$/m.exec(stdout) ?? []
    const uncovered = row.split('|').at(-1)!.trim()
    // `fail` is never called: lines 5 to 7.
    assert.is(/(?:^| )(?:5|6)-7\b/.test(uncovered), flags.length > 0, stdout)
  }
})

test.run()
