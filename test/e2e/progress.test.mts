import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Queue } from '../../core/engine/queue.mts'
import { runInTerminal } from '../support/pseudo-terminal.mts'
import { Screen } from '../support/screen.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import type { TerminalOptions, TerminalRun } from '../support/pseudo-terminal.mts'
import type { Project } from '../support/spawn.mts'

const test = suite('the progress line on a terminal')

// Each answers after 0.5 s: the line is there after 0.3 s, in the same event loop.
const slowLoader = `
import { setTimeout as sleep } from 'node:timers/promises'
export const schemes = ['slow:']
export async function resolve(specifier) {
  await sleep(500)
  if (specifier.includes('wait')) await sleep(20_000)
  if (specifier.includes('missing')) return { statusCode: 404 }
  if (specifier.includes('never')) return new Promise(() => {})
  if (specifier.includes('loop')) for (;;) {}
  if (specifier.includes('exit')) process.exit(3)
  if (specifier.includes('talk')) {
    console.log('a loader says this')
    await sleep(400)
  }
  return { headers: { 'content-type': 'text/javascript' }, body: 'export default 1' }
}
export const resolveRelativePath = (specifier, parent) => new URL(specifier, parent).href
`

const files = {
  'mimeport.json': '{ "loaders": ["./slow.mjs"] }',
  'slow.mjs': slowLoader,
}

interface Replay extends TerminalRun {
  /** What was on the screen after each piece of output in which something of it changed. */
  readonly screens: readonly string[]
  /** What is on it in the end. */
  readonly text: string
}

/** Runs a program on a terminal and says what was to be seen. */
async function watch(source: string, options: Partial<TerminalOptions> = {}): Promise<Replay> {
  const { columns = 80 } = options
  const project: Project = makeProject({ ...files, 'app.mjs': source })
  try {
    const result = await runInTerminal(['app.mjs'], { cwd: project.path, ...options })
    const screen = new Screen(columns)
    // Each drawing and each erasure begins with ESC 7 or ESC 8.
    const screens = result.output.split(/(?=\u001b[78])/).map((piece) => screen.write(piece).text)
    assert.ok(screen.wraps)
    return { ...result, screens, text: screen.text }
  } finally {
    project.remove()
  }
}

/** Terminals at a time: a program waits most of its life. */
const terminals = new Queue(3)

/** A test of what a program shows. They run side by side. */
function fact(
  name: string,
  source: string,
  check: (replay: Replay) => void,
  options: Partial<TerminalOptions> = {},
): void {
  const replay = terminals.run('', () => watch(source, options))
  replay.catch(() => {})
  test(name, async () => check(await replay))
}

/** What is on the screen when the program prints this. */
function before(output: string, printed: string): string {
  const at = output.indexOf(printed)
  assert.ok(at >= 0, output)
  return new Screen(80).write(output.slice(0, at)).text
}

const line = 'mimeport: 0 of 1 module: slow://host/x'
const isLine = (screen: string): boolean => /^mimeport: 0 of 1 module: /m.test(screen)

fact(
  'a slow import shows one line, which is gone when the program goes on',
  `
    process.stdout.write('Loading... ')
    const { default: one } = await import('slow://host/x')
    console.log('done', String(one))
  `,
  ({ output, screens, text, status }) => {
    assert.is(status, 0)
    assert.ok(screens.includes(`Loading... ${line}`), output)
    assert.is(before(output, 'done'), 'Loading...')
    assert.is(text, 'Loading... done 1')
  },
)

fact(
  'a static import of the program shows it, too',
  "import one from 'slow://host/x'\nconsole.log('done', String(one))",
  ({ output, screens, text }) => {
    assert.ok(screens.includes(line), output)
    assert.is(text, 'done 1')
  },
)

fact(
  'an error has the screen for itself',
  `
    try {
      await import('slow://host/missing')
    } catch (error) {
      console.log('caught', error.code)
    }
    await import('slow://host/missing')
  `,
  ({ output, screens, text, status }) => {
    assert.is(status, 1)
    assert.ok(screens.some(isLine), output)
    assert.is(before(output, 'caught'), '')
    assert.not.match(text, /mimeport: \d/)
    assert.match(text, /^caught ERR_MODULE_NOT_FOUND\n/)
  },
)

for (const [end, code, what] of [
  ['never', 'NEVER_SETTLED', 'an import that nothing can settle any more is told of as ever'],
  ['exit', 'LOADER_EXIT', 'a loader that ends its thread takes the line with it'],
  ['loop', 'ENGINE_LOST', 'the line of an engine that is lost is taken away'],
] as const) {
  fact(
    what,
    `await import('slow://host/${end}').catch((error) => console.log('caught', error.code))`,
    ({ screens, text }) => {
      assert.ok(screens.some(isLine))
      assert.is(text, `caught ERR_MIMEPORT_${code}`)
    },
  )
}

fact(
  'what a loader prints has a line of its own',
  "await import('slow://host/talk')\nconsole.log('done')",
  ({ screens, text }) => {
    assert.ok(screens.some((screen) => screen.startsWith('a loader says this\nmimeport: 0 of 1')))
    assert.is(text, 'a loader says this\ndone')
  },
)

let typed = false
fact(
  'Ctrl-C ends the program, and the line says what it was waiting for',
  "await import('slow://host/x-waits')\nconsole.log('done')",
  ({ screens, output }) => {
    assert.ok(typed)
    assert.ok(screens.some((screen) => screen.includes(line)))
    assert.not.match(output, /done/)
  },
  {
    onOutput(shown) {
      if (typed || !shown.includes('mimeport:')) return undefined
      typed = true
      return '\u0003'
    },
  },
)

fact(
  'a narrow terminal has a short line',
  "await import('slow://host/a/long/way/to/go/and/further/still/until/the/end.mjs')",
  ({ screens }) => {
    assert.ok(screens.includes('mimeport: 0 of 1 module: slow://hos...the/end.mjs'))
  },
  { columns: 50 },
)

test('it says how many modules and bytes came from a server, and names the one that is missing', async () => {
  const server = await startServer()
  await server.set({
    '/app.mjs': "import './a.mjs'\nimport './b.mjs'\nimport './slow.mjs'",
    '/a.mjs': `//${'a'.repeat(2998)}`,
    '/b.mjs': `//${'b'.repeat(2998)}`,
    '/slow.mjs': {
      delay: 3000,
      headers: { 'content-type': 'text/javascript' },
      body: 'console.log("done")',
    },
  })
  const { screens, text, output } = await watch(`import '${server.url}/app.mjs'`)
  await server.stop()
  const wanted = `mimeport: 3 of 4 modules, 6.1 kB: ${server.url}/slow.mjs`
  assert.ok(screens.includes(wanted), output)
  assert.is(text, 'done')
})

for (const [what, env] of [
  ['there is none where CI is set', { CI: '1' }],
  ['there is none on a dumb terminal', { TERM: 'dumb' }],
] as const) {
  fact(
    what,
    "await import('slow://host/x')\nconsole.log('done')",
    ({ output }) => assert.is(output, 'done\r\n'),
    { env },
  )
}

fact(
  'there is none while the program is awake and preloads',
  `
    import { preload } from ${JSON.stringify(pathToFileURL(loaderPath).href)}
    const timer = setInterval(() => process.stdout.write('.'), 50)
    await preload('slow://host/x')
    clearInterval(timer)
    console.log('done')
  `,
  ({ output }) => assert.match(output, /^\.+done\r\n$/),
)

fact(
  'there is none for an import of a worker, while the program is awake',
  `
    import { Worker } from 'node:worker_threads'
    new Worker("import('slow://host/x').then(() => console.log('done'))", { eval: true })
  `,
  ({ output }) => assert.is(output, 'done\r\n'),
)

fact(
  'there is none in a process that was forked, whose parent may print',
  `
    import { fork } from 'node:child_process'
    import { writeFileSync } from 'node:fs'
    writeFileSync('child.mjs', "await import('slow://host/x'); console.log('done')")
    fork('./child.mjs')
  `,
  ({ output }) => assert.is(output, 'done\r\n'),
)

test('there is none where stderr is no terminal', async () => {
  const project = makeProject({ ...files, 'app.mjs': "await import('slow://host/x')" })
  const { stderr, status } = await run(['app.mjs'], { cwd: project.path, env: { TERM: 'xterm' } })
  project.remove()
  assert.is(status, 0)
  assert.is(stderr, '')
})

test.run()
