/**
 * How often a program asks the engine, and waits: counted, since times depend on what else a machine does. A quiet one asks for
 * a tenth of a graph, one without time for the engine for more: half is what no machine may come to.
 */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { setTimeout as wait } from 'node:timers/promises'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { lockText } from '../support/lock.mts'
import { startServer } from '../support/server.mts'
import type { Run } from '../support/spawn.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('waits')
let server: TestServer

test.before(async () => {
  server = await startServer()
})
test.after(() => server.stop())

/** Counts the modules that the hooks ask the engine for, and prints the count at the end. */
const counter = `
import { MessagePort } from 'node:worker_threads'
const { postMessage } = MessagePort.prototype
globalThis.asked = 0
MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.method === 'load') globalThis.asked += 1
  return postMessage.call(this, message, ...rest)
}
process.on('exit', () => console.log('asked', globalThis.asked))
`

type Files = Record<string, string>

/** A graph of modules: each imports two others, and gives the sum of their numbers. */
function graph(count: number, name: (index: number) => string, wrap = (code: string) => code) {
  const files: Files = {}
  for (let index = 0; index < count; index++) {
    const below = [2 * index + 1, 2 * index + 2].filter((each) => each < count)
    const imports = below.map((each) => `import v${each} from './${name(each)}'`)
    const sum = ['1', ...below.map((each) => `v${each}`)].join(' + ')
    files[name(index)] = wrap(`${imports.join('\n')}\nexport default ${sum}\n`)
  }
  return files
}

async function start(files: Files, env: Record<string, string> = {}): Promise<Run> {
  const project = makeProject({ 'counter.mjs': counter, ...files })
  try {
    // A file that has just been changed is read when it is asked for, and not before.
    await wait(60)
    return await run(['app.mjs'], {
      cwd: project.path,
      nodeArgs: ['--import', './counter.mjs', '--import', loaderPath],
      env,
    })
  } finally {
    project.remove()
  }
}

function askedIn({ stdout, stderr, status }: Run): number {
  assert.is(stderr, '')
  assert.is(status, 0)
  return Number(/asked (\d+)/.exec(stdout)?.[1])
}

const fence = '```'
const inMarkdown = (code: string) => `# A module\n\n${fence}js\n${code}${fence}\n`
const printing = (specifier: string) => `import value from '${specifier}'\nconsole.log(value)\n`

test('a graph of 200 local documents is asked for a few times', async () => {
  const files = graph(200, (index) => `m${index}.mjs.md`, inMarkdown)
  const ran = await start({ ...files, 'app.mjs': printing('./m0.mjs.md') })
  assert.match(ran.stdout, /^200\n/)
  assert.ok(askedIn(ran) <= 100, ran.stdout)
})

test('a graph of 200 local TypeScript files is asked for a few times', async () => {
  const files = graph(
    200,
    (index) => `m${index}.ts`,
    (code) =>
      code.replace(/export default (.*)/, 'const sum: number = $1\nexport { sum as default }'),
  )
  const ran = await start({ ...files, 'app.mjs': printing('./m0.ts') })
  assert.match(ran.stdout, /^200\n/)
  assert.ok(askedIn(ran) <= 100, ran.stdout)
})

test('what a file of Node’s imports is made before Node comes to it', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `m${index}.mjs.md`)
  const files = Object.fromEntries(names.map((name) => [name, inMarkdown('export default 1\n')]))
  const imports = names.map((name, index) => `import v${index} from './${name}'`)
  const sum = names.map((_, index) => `v${index}`).join(' + ')
  const ran = await start({ ...files, 'app.mjs': `${imports.join('\n')}\nconsole.log(${sum})\n` })
  assert.match(ran.stdout, /^100\n/)
  assert.ok(askedIn(ran) <= 60, ran.stdout)
})

/** Preloads, and prints how many modules its import asked for. */
const preloading = (name: string) => `
const { preload } = await import(process.env.LOADER)
await preload(${name})
const before = globalThis.asked
const { default: value } = await import(${name})
console.log(value, globalThis.asked - before)
`

test('the import of a local graph that was preloaded waits for nothing', async () => {
  for (const [extension, wrap] of [
    ['ts', (code: string) => code],
    ['mjs.md', inMarkdown],
  ] as const) {
    const files = graph(200, (index) => `m${index}.${extension}`, wrap)
    const app = preloading(`new URL('./m0.${extension}', import.meta.url).href`)
    const ran = await start({ ...files, 'app.mjs': app }, { LOADER: loaderPath })
    askedIn(ran)
    assert.match(ran.stdout, /^200 0\n/)
  }
})

/** Serves a graph of 200 modules. */
async function serve(): Promise<void> {
  await server.set(
    Object.fromEntries(
      Object.entries(graph(200, (index) => `m${index}.mjs`)).map(([name, text]) => [
        `/${name}`,
        text,
      ]),
    ),
  )
}

test('a remote graph of 200 modules is asked for a few times, and fewer with a lock', async () => {
  await serve()
  const project = makeProject({
    'counter.mjs': counter,
    'app.mjs': printing(`${server.url}/m0.mjs`),
  })
  const runIt = () =>
    run(['app.mjs'], {
      cwd: project.path,
      nodeArgs: ['--import', './counter.mjs', '--import', loaderPath],
      env: { CI: '' },
    })
  try {
    const walked = await runIt()
    assert.match(walked.stdout, /^200\n/)
    assert.ok(askedIn(walked) <= 100, walked.stdout)
    project.write({ 'mimeport.lock': lockText() })
    // The first writes the lock; there is no cache but for one run.
    await runIt()
    const locked = await runIt()
    assert.match(locked.stdout, /^200\n/)
    assert.ok(askedIn(locked) <= 80, locked.stdout)
  } finally {
    project.remove()
  }
})

test('the import of a remote graph that was preloaded waits for nothing', async () => {
  await serve()
  const app = preloading(`'${server.url}/m0.mjs'`)
  const ran = await start({ 'app.mjs': app }, { LOADER: loaderPath })
  askedIn(ran)
  assert.match(ran.stdout, /^200 0\n/)
})

test('what has changed since it was made ahead is made anew', async () => {
  const text = (value: string) => JSON.stringify(inMarkdown(`export default '${value}'\n`))
  const app = `
import { readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
const { preload } = await import(process.env.LOADER)
const path = (name) => new URL(name, import.meta.url)
await preload(path('./top.mjs.md'))
// Of the same length, and with the time of the one before it.
const { atime, mtime } = statSync(path('./edited.mjs.md'))
writeFileSync(path('./edited.mjs.md'), ${text('two')})
utimesSync(path('./edited.mjs.md'), atime, mtime)
renameSync(path('./other.mjs.md'), path('./replaced.mjs.md'))
unlinkSync(path('./gone.mjs.md'))
console.log((await import('./edited.mjs.md')).default, (await import('./replaced.mjs.md')).default)
console.log(await import('./gone.mjs.md').catch(({ code }) => code))
`
  const names = ['edited', 'replaced', 'gone']
  const imports = names.map((name) => `import './${name}.mjs.md'`).join('\n')
  const one = inMarkdown("export default 'one'\n")
  const ran = await start(
    {
      'app.mjs': app,
      'top.mjs.md': inMarkdown(`${imports}\n`),
      'other.mjs.md': inMarkdown("export default 'new'\n"),
      ...Object.fromEntries(names.map((name) => [`${name}.mjs.md`, one])),
    },
    { LOADER: loaderPath },
  )
  askedIn(ran)
  assert.match(ran.stdout, /^two new\nERR_MODULE_NOT_FOUND\n/)
})

test('what fails ahead fails where it is imported, and nowhere else', async () => {
  const app = `
const attempt = (name) => import(name).then(({ default: value }) => value, ({ code }) => code)
console.log(await attempt('./top.mjs.md'), await attempt('./fine.mjs.md'))
`
  const ran = await start({
    'app.mjs': app,
    'top.mjs.md': inMarkdown("import './fine.mjs.md'\nimport './bad.mjs.md'\n"),
    'fine.mjs.md': inMarkdown('export default 7\n'),
    'bad.mjs.md': '# No code\n',
  })
  askedIn(ran)
  assert.match(ran.stdout, /^ERR_MIMEPORT_INVALID_BODY 7\n/)
})

test.run()
