import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { requestKey } from '../../core/bridge/protocol.mts'
import { Engine } from '../../core/engine/engine.mts'
import { registryOf, requestFor } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import type { LoadRequest, NodeModule } from '../../core/types.mts'

const test = suite('engine')

type Files = Record<string, string | object | (() => unknown)>

/** A loader of `web:` that serves these, as JavaScript unless they say more; and an engine with it. */
function serve(files: Files, ...more: readonly object[]) {
  const asked: string[] = []
  const pushed = new Map<string, NodeModule>()
  const web = {
    name: 'web',
    schemes: ['web:'],
    async resolve(specifier: string) {
      asked.push(specifier)
      const file = files[specifier.slice('web:'.length)]
      if (file === undefined) return { statusCode: 404 }
      if (typeof file === 'function') return file()
      if (typeof file === 'object') return file
      return { headers: { 'content-type': 'text/javascript' }, body: file }
    },
    resolveRelativePath: (specifier: string, parentPath: string) =>
      new URL(specifier, parentPath.replace(':', '://')).href.replace('://', ':'),
  }
  const engine = new Engine(registryOf(web, ...more), (key, module) => pushed.set(key, module))
  return { asked, pushed, engine }
}

/** Lets what runs ahead run. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

const from = (specifier: string, more: Partial<LoadRequest> = {}) =>
  requestFor(`web:${specifier}`, { parentURL: undefined, ...more })

test('a request becomes a module', async () => {
  const { engine } = serve({ 'h/a': 'export default 1' })
  assert.equal(await engine.load(from('h/a')), {
    url: 'web://h/a',
    origin: { loader: 'web', specifier: 'web:h/a' },
    format: 'module',
    source: 'export default 1',
    hasDefault: true,
    mapped: false,
    imports: [],
    native: false,
  })
})

test('what was made before is answered at once; what is relative, or asked for again, is not', async () => {
  const { engine, asked } = serve({ 'h/a': 'export default 1' })
  assert.is(engine.answerAtOnce(from('h/a'), 0), undefined)
  await engine.load(from('h/a'))
  const { module } = engine.answerAtOnce(from('h/a'), 0)!
  assert.is(module?.url, 'web://h/a')
  assert.is(module?.source, undefined)
  assert.is(engine.answerAtOnce(from('h/a', { again: true }), 0), undefined)
  const parent = { parent: { loader: 'web', specifier: 'web:h/b' }, parentURL: 'web://h/b' }
  assert.is(engine.answerAtOnce(requestFor('./a', parent), 0), undefined)
  assert.is(engine.answerAtOnce(from('h/a', { importAttributes: { type: 'json' } }), 0), undefined)
  assert.equal(asked, ['web:h/a'])
})

test('a relative specifier is the parent’s loader’s to resolve', async () => {
  const { engine, asked } = serve({ 'h/x/b': '', 'h/c': '' })
  const parent = { loader: 'web', specifier: 'web:h/x/a' }
  const parentURL = 'web://h/x/a'
  for (const [specifier, url] of [
    ['./b', 'web://h/x/b'],
    ['../c', 'web://h/c'],
    ['/c', 'web://h/c'],
  ]) {
    assert.is((await engine.load(requestFor(specifier!, { parent, parentURL }))).url, url)
  }
  assert.equal([...new Set(asked)], ['web:h/x/b', 'web:h/c'])
})

test('a relative specifier without a parent of ours is not found', async () => {
  const { engine } = serve({})
  const parents = [undefined, { loader: 'gone', specifier: 'gone:x' }]
  for (const parent of parents) {
    const error = await rejects(engine.load(requestFor('./x', { parent })), 'ERR_MODULE_NOT_FOUND')
    assert.is(
      error.message,
      "Cannot find './x' imported from 'file:///app.mjs': it is relative, and no loader answered for the module that imports it",
    )
  }
})

test('a module from the network imports no file', async () => {
  const { engine } = serve({})
  for (const parentURL of ['https://host/a', 'http://127.0.0.1/a', 'github://o/r@c/a']) {
    for (const specifier of ['file:///etc/passwd', 'FILE:/etc/passwd']) {
      await rejects(engine.load(requestFor(specifier, { parentURL })), 'ERR_MIMEPORT_LOCAL_IMPORT')
    }
  }
})

test('a relative specifier of a module from the network leads to no file', async () => {
  const loader = {
    name: 'net',
    schemes: ['https:'],
    resolve: () => false,
    resolveRelativePath: () => 'file:///etc/passwd',
  }
  const { engine } = serve({}, loader)
  const parent = { loader: 'net', specifier: 'https://host/a' }
  const request = requestFor('./x', { parent, parentURL: 'https://host/a' })
  await rejects(engine.load(request), 'ERR_MIMEPORT_LOCAL_IMPORT')
})

test('what leads a module of the project to a file leads none from the network there', async () => {
  const files = { 'h/a': { statusCode: 302, headers: { location: 'file:///a.mjs' } } }
  const { engine } = serve(files, localFile('export default 1'))
  const local = from('h/a', { parentURL: 'file:///app.mjs' })
  const remote = from('h/a', { parentURL: 'https://host/a' })
  for (const requests of [[remote], [local, remote], [remote, local]]) {
    const all = await Promise.allSettled(requests.map((request) => engine.load(request)))
    for (const [index, { status }] of all.entries()) {
      assert.is(status, requests[index] === local ? 'fulfilled' : 'rejected')
    }
  }
  // A scheme of the project's own, which the network has nothing to do with.
  await rejects(engine.load(remote), 'ERR_MIMEPORT_NOT_ALLOWED')
})

test('imports of one module at one time are one piece of work', async () => {
  const { engine, asked } = serve({ 'h/a': 'export {}' })
  const modules = await Promise.all([1, 2, 3].map(() => engine.load(from('h/a'))))
  assert.is(modules[0], modules[2])
  assert.equal(asked, ['web:h/a'])
})

test('what was made is made again only for who asks for it', async () => {
  const { engine, asked } = serve({ 'h/a': 'export {}' })
  await engine.load(from('h/a'))
  assert.is((await engine.load(from('h/a'))).url, 'web://h/a')
  assert.is(asked.length, 1)
  assert.is((await engine.load(from('h/a', { again: true }))).source, 'export {}')
  assert.is(asked.length, 2)
})

test('imports with other attributes are other work', async () => {
  const { engine, asked } = serve({ 'h/a': 'export {}' })
  await Promise.all([
    engine.load(from('h/a')),
    engine.load(from('h/a', { importAttributes: { type: 'text' } })),
  ])
  assert.is(asked.length, 2)
})

test('a failure is forgotten: the next import tries again', async () => {
  let tries = 0
  const { engine } = serve({
    'h/a': () => {
      tries++
      if (tries === 1) throw new Error('not yet')
      return { headers: { 'content-type': 'text/javascript' }, body: 'export {}' }
    },
  })
  const both = await Promise.allSettled([engine.load(from('h/a')), engine.load(from('h/a'))])
  assert.equal(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  assert.is((await engine.load(from('h/a'))).format, 'module')
  assert.is(tries, 2)
})

test('static imports are made ahead, and pushed under the key of the request to come', async () => {
  const { engine, pushed } = serve({
    'h/a': "import './b'; import 'web:i/c'; import('./dynamic')",
    'h/b': "import './d'",
    'i/c': '',
    'h/d': '',
    'h/dynamic': '',
  })
  await engine.load(from('h/a'))
  await settle()
  const key = (specifier: string, parentURL: string) =>
    requestKey({ specifier, parentURL, importAttributes: {} })
  assert.equal(
    [...pushed.keys()].sort(),
    [key('./b', 'web://h/a'), key('web:i/c', 'web://h/a'), key('./d', 'web://h/b')].sort(),
  )
})

test('a ring of imports ends', async () => {
  const { engine, asked } = serve({ 'h/a': "import './b'", 'h/b': "import './a'" })
  await engine.preload(from('h/a'))
  assert.ok(asked.length <= 3, asked.join())
})

test('a preload ends when all that is imported statically is made', async () => {
  const slow = (body: string) => async () => {
    await settle()
    return { headers: { 'content-type': 'text/javascript' }, body }
  }
  const { engine, pushed } = serve({
    'h/a': "import './b'",
    'h/b': slow("import './c'"),
    'h/c': slow(''),
  })
  await engine.preload(from('h/a'))
  assert.equal(
    [...pushed.values()].map(({ url }) => url),
    ['web://h/a', 'web://h/b', 'web://h/c'],
  )
})

test('what fails ahead is left to the import, and is not pushed', async () => {
  const { engine, pushed } = serve({ 'h/a': "import './gone'" })
  await engine.preload(from('h/a'))
  assert.is(pushed.size, 1)
  const parent = { loader: 'web', specifier: 'web:h/a' }
  await rejects(engine.load(requestFor('./gone', { parent })), 'ERR_MODULE_NOT_FOUND')
})

test('nobody runs ahead on what is Node’s', async () => {
  const { engine, asked, pushed } = serve({
    'h/a': "import 'bare'; import 'node:fs'; import '#x'; import 'data:text/javascript,1'",
  })
  await engine.preload(from('h/a'))
  assert.equal(asked, ['web:h/a'])
  assert.is(pushed.size, 1)
})

test('text and bytes are the default export of whatever came', async () => {
  const files = {
    'h/a': { headers: { 'content-type': 'text/unheard-of' }, body: '`${é}`\u2028"' },
    'h/b': { headers: { 'content-type': 'image/png' }, body: new Uint8Array([0, 255]) },
  }
  const { engine } = serve(files)
  const evaluate = async ({ source }: NodeModule) =>
    (await import(`data:text/javascript,${encodeURIComponent(String(source))}`)).default
  const text = await engine.load(from('h/a', { importAttributes: { type: 'text' } }))
  assert.is(await evaluate(text), '`${é}`\u2028"')
  const bytes = await engine.load(from('h/b', { importAttributes: { type: 'bytes' } }))
  const value = await evaluate(bytes)
  assert.is(Object.getPrototypeOf(value), Uint8Array.prototype)
  assert.equal([...value], [0, 255])
})

test('what nothing and nobody identifies is an error that says so', async () => {
  const { engine } = serve({ 'h/a': { body: 'x' } })
  const error = await rejects(engine.load(from('h/a')), 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')
  assert.match(error.message, /^Cannot tell what 'web:\/\/h\/a' is: it has no Content-Type/)
})

const localFile = (body: string) => ({
  builtIn: true,
  name: 'file',
  schemes: ['file:'],
  resolve: () => ({ body }),
  resolveRelativePath: () => 'file:///x',
})

test('a local file that no loader takes is Node’s', async () => {
  const { engine } = serve({}, localFile('export {}'))
  for (const url of ['file:///a.mjs', 'file:///a.unheard-of', 'file:///a', 'file:///a.css']) {
    const { source, url: same } = await engine.load(requestFor(url))
    assert.equal([source, same], [undefined, url])
  }
})

test('a local file that a loader of the project answers for is what it answers', async () => {
  const { builtIn: _builtIn, ...own } = localFile('export default 1')
  const { engine } = serve({}, own)
  const { native, source } = await engine.load(requestFor('file:///a.mjs'))
  assert.equal([native, source], [false, 'export default 1'])
})

test('a local file that a loader takes is transformed', async () => {
  const instrument = {
    name: 'instrument',
    accepts: 'text/javascript',
    transform: (_headers: object, body: string) => ({ source: `${body}//`, format: 'module' }),
  }
  const { engine } = serve({}, localFile('export {}'), instrument)
  assert.is((await engine.load(requestFor('file:///a.mjs'))).source, 'export {}//')
})

test('the identity of a redirected module is where it was found', async () => {
  const { engine, asked } = serve({
    'h/a': { statusCode: 302, headers: { location: './v1/b' } },
    'h/v1/b': "import './c'",
    'h/v1/c': '',
  })
  const { url, origin } = await engine.preload(from('h/a'))
  assert.is(url, 'web://h/v1/b')
  assert.equal(origin, { loader: 'web', specifier: 'web:h/v1/b' })
  assert.equal(asked, ['web:h/a', 'web:h/v1/b', 'web:h/v1/c'])
})

test('a module that is asked for as JSON is JSON, or an error', async () => {
  const { engine } = serve({
    'h/a': { headers: { 'content-type': 'application/ld+json' }, body: '1' },
    'h/b': '1',
  })
  const importAttributes = { type: 'json' }
  assert.is((await engine.load(from('h/a', { importAttributes }))).format, 'json')
  await rejects(
    engine.load(from('h/b', { importAttributes })),
    'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE',
  )
})

/** A body that waits for `open`. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = (body: string) => async () => {
    await promise
    return { headers: { 'content-type': 'text/javascript' }, body }
  }
  return { held, open: resolve }
}

/** Whether a promise has settled, once what can run has run. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  const note = () => (done = true)
  promise.then(note, note)
  await settle()
  return done
}

test('of two preloads at one time, each waits for all that is imported', async () => {
  const { held, open } = gate()
  const { engine, asked, pushed } = serve({
    'h/a': "import './b'; import './d'",
    'h/b': "import './c'",
    'h/c': held("import './d'"),
    'h/d': '',
  })
  const preloads = [engine.preload(from('h/a')), engine.preload(from('h/a'))]
  assert.equal(await Promise.all(preloads.map(isDone)), [false, false])
  open()
  await Promise.all(preloads)
  assert.is(pushed.size, 5)
  assert.equal(asked, ['web:h/a', 'web:h/b', 'web:h/d', 'web:h/c'])
})

test('a preload after an import waits for what the import has begun', async () => {
  const { held, open } = gate()
  const { engine, asked } = serve({
    'h/a': "import './b'",
    'h/b': "import './c'",
    'h/c': held("import './d'"),
    'h/d': '',
  })
  await engine.load(from('h/a'))
  assert.not(await isDone(engine.load(from('h/c'))))
  const preload = engine.preload(from('h/a'))
  assert.not(await isDone(preload))
  open()
  await preload
  assert.equal(asked.sort(), ['web:h/a', 'web:h/b', 'web:h/c', 'web:h/d'])
})

test('a preload of what was made makes nothing anew', async () => {
  const { engine, asked } = serve({ 'h/a': "import './b'", 'h/b': "import './a'" })
  await engine.preload(from('h/a'))
  await engine.preload(from('h/a'))
  await engine.preload(from('h/b'))
  assert.is((await engine.load(from('h/a'))).source, undefined)
  assert.equal(asked, ['web:h/a', 'web:h/b'])
})

/** A module that imports `count` others of one origin, which answer when the gate opens, and one of another. */
function wide(count: number) {
  const { held, open } = gate()
  const names = Array.from({ length: count }, (_, index) => `h/${index}`)
  const files: Files = Object.fromEntries(names.map((name) => [name, held("import './0'")]))
  const root = [...names.map((name) => `import 'web:${name}'`), "import 'other:x'"].join('\n')
  const other = {
    name: 'other',
    schemes: ['other:'],
    resolve: () => ({ headers: { 'content-type': 'text/javascript' }, body: '' }),
    resolveRelativePath: () => false,
  }
  return { ...serve({ ...files, 'h/root': root }, other), open }
}

test('64 modules of one origin are made ahead at a time, and the rest in turn', async () => {
  for (const count of [63, 64, 65, 200]) {
    const { engine, asked, pushed, open } = wide(count)
    await engine.load(from('h/root'))
    await settle()
    assert.is(asked.length, 1 + Math.min(count, 64))
    assert.equal(
      [...pushed.values()].map(({ url }) => url),
      ['other://x'],
    )
    open()
    await engine.preload(from('h/root'))
    assert.is(asked.length, 1 + count)
    // Each once, `./0` as each of them calls it, the other one, and the root.
    assert.is(pushed.size, 2 * count + 2)
  }
})

test('what Node asks for does not wait behind what runs ahead', async () => {
  const { engine, asked, open } = wide(200)
  await engine.load(from('h/root'))
  const work = engine.load(from('h/199'))
  await settle()
  assert.is(asked.at(-1), 'web:h/199')
  open()
  assert.is((await work).source, "import './0'")
  await engine.preload(from('h/root'))
  assert.is(asked.length, new Set(asked).size)
})

test('failures free their places', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `h/${index}`)
  const { engine, asked, pushed } = serve({
    'h/root': [...names, 'h/good'].map((name) => `import 'web:${name}'`).join('\n'),
    'h/good': '',
  })
  await engine.preload(from('h/root'))
  assert.is(asked.length, 202)
  assert.equal(
    [...pushed.values()].map(({ url }) => url),
    ['web://h/root', 'web://h/good'],
  )
})

test.run()
