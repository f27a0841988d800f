import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acquire } from '../../core/engine/acquire.mts'
import { LoaderError } from '../../core/errors.mts'
import { Registry } from '../../core/engine/registry.mts'
import { errandFor, registration, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import type { Acquired } from '../../core/engine/acquire.mts'

const test = suite('acquire')

type Answers = Readonly<Record<string, unknown>>

/** A loader of one scheme, or of none, that answers from a table; `asked` is what it was asked for. */
function answering(name: string, answers: Answers, schemes: string[] | undefined = [`${name}:`]) {
  const asked: string[] = []
  return {
    asked,
    name,
    ...(schemes.length > 0 && { schemes }),
    resolve(specifier: string) {
      asked.push(specifier)
      const answer = Object.hasOwn(answers, specifier) ? answers[specifier] : answers['*']
      return typeof answer === 'function' ? answer(specifier) : answer
    },
    resolveRelativePath: (specifier: string, parentPath: string) =>
      new URL(specifier, parentPath.replace(':', '://')).href.replace('://', ':'),
  }
}

const ok = (body: unknown = '') => ({ statusCode: 200, headers: {}, body })
const to = (location: string, statusCode = 302) => ({ statusCode, headers: { location } })

function start(loaders: readonly object[], specifier: string) {
  const errand = errandFor(registryOf(...loaders), specifier)
  return { done: acquire(errand, specifier), trail: () => String(errand.trail) }
}

const get = (loaders: readonly object[], specifier: string): Promise<Acquired> =>
  start(loaders, specifier).done

const textOf = ({ response }: Acquired): string => new TextDecoder().decode(response.body)

test('a redirect is followed across three loaders, and the last one owns the module', async () => {
  const loaders = [
    answering('one', { 'one:h/a': to('two:h/b') }),
    answering('two', { 'two:h/b': to('three:h/c', 307) }),
    answering('three', { 'three:h/c': ok('body') }),
  ]
  for (const all of [loaders, loaders.toReversed()]) {
    const { done, trail } = start(all, 'one:h/a')
    const acquired = await done
    assert.is(acquired.specifier, 'three:h/c')
    assert.is(acquired.url, 'three://h/c')
    assert.is(acquired.loader.name, 'three')
    assert.is(textOf(acquired), 'body')
    assert.is(trail(), 'one:h/a -302→ two:h/b -307→ three:h/c')
  }
})

test('301, 302, 303, 307 and 308 are followed', async () => {
  for (const statusCode of [301, 302, 303, 307, 308]) {
    const loader = answering('one', { 'one:h/a': to('one:h/b', statusCode), 'one:h/b': ok('b') })
    assert.is(textOf(await get([loader], 'one:h/a')), 'b', String(statusCode))
  }
})

test('300, 304, 305 and 306 are not, though they have a Location', async () => {
  for (const statusCode of [300, 304, 305, 306, 399]) {
    const loader = answering('one', { 'one:h/a': to('one:h/b', statusCode), 'one:h/b': ok() })
    const error = await rejects(get([loader], 'one:h/a'), 'ERR_MIMEPORT_STATUS')
    assert.is(error['statusCode'], statusCode)
    assert.equal(loader.asked, ['one:h/a'])
  }
})

test('a relative Location is resolved by the loader that answered it', async () => {
  const one = answering('one', {
    'one:h/x/a': to('../y/b'),
    'one:h/y/b': to('./c'),
    'one:h/y/c': to('/d'),
    'one:h/d': ok('d'),
  })
  const acquired = await get([answering('two', {}), one], 'one:h/x/a')
  assert.is(acquired.specifier, 'one:h/d')
  assert.equal(one.asked, ['one:h/x/a', 'one:h/y/b', 'one:h/y/c', 'one:h/d'])
})

test('what resolveRelativePath makes of a Location must be an absolute specifier', async () => {
  for (const result of ['', './x', '../x', '/x', '.', false, null, undefined, 1, {}, ['one:h/b']]) {
    const loader = {
      ...answering('one', { 'one:h/a': to('./b') }),
      resolveRelativePath: () => result,
    }
    const error = await rejects(get([loader], 'one:h/a'), 'ERR_MIMEPORT_INVALID_RETURN')
    assert.match(error.message, /an absolute specifier from loader 'one' "resolveRelativePath"/)
  }
})

test('a relative Location over http is relative to the URL', async () => {
  const table: readonly [location: string, target: string][] = [
    ['b', 'https://host/x/b'],
    ['./b', 'https://host/x/b'],
    ['../b?q=1', 'https://host/b?q=1'],
    ['../../../b', 'https://host/b'],
    ['/b', 'https://host/b'],
    ['?q', 'https://host/x/a?q'],
    ['//other:8080/b', 'https://other:8080/b'],
    ['http://plain/b', 'http://plain/b'],
    ['HTTPS://Host:443/b', 'https://host/b'],
    ['a b', 'https://host/x/a%20b'],
    ['  b\t', 'https://host/x/b'],
  ]
  for (const [location, target] of table) {
    const answers = { 'https://host/x/a': to(location), [target]: ok('b') }
    const loader = answering('http', answers, ['https:', 'http:'])
    assert.is((await get([loader], 'https://host/x/a')).url, target, location)
  }
})

test('a Location that is no URL is refused', async () => {
  for (const location of ['https://', 'http://[', 'https://a b/', '//a:99999/']) {
    const loader = answering('http', { '*': to(location) }, ['https:', 'http:'])
    const error = await rejects(get([loader], 'https://host/a'), 'ERR_MIMEPORT_INVALID_REDIRECT')
    assert.match(error.message, /is not a URL/)
  }
})

test('a redirect without a Location is refused', async () => {
  for (const headers of [{}, { location: '' }, { location: ' ' }, undefined]) {
    for (const scheme of ['https', 'one']) {
      const answers = { [`${scheme}://host/a`]: { statusCode: 302, headers, body: 'Moved' } }
      const loader = answering(scheme, answers)
      const error = await rejects(
        get([loader], `${scheme}://host/a`),
        'ERR_MIMEPORT_INVALID_REDIRECT',
      )
      assert.match(error.message, /^Cannot follow the 302 from '.*' .*: it has no Location$/)
    }
  }
})

test('a Location without a fragment takes over the one of what was asked for', async () => {
  const table: readonly [location: string, target: string][] = [
    ['/b', 'https://host/b#here'],
    ['https://other/b', 'https://other/b#here'],
    ['/b#there', 'https://host/b#there'],
    ['/b#', 'https://host/b#'],
  ]
  for (const [location, target] of table) {
    const answers = { 'https://host/a#here': to(location), [target]: ok() }
    const loader = answering('http', answers, ['https:', 'http:'])
    assert.is((await get([loader], 'https://host/a#here')).url, target, location)
  }
})

test('a Location in another loader’s form is taken as it is', async () => {
  const web = answering('https', { 'https://host/a#here': to('one:o/r/x') })
  const acquired = await get([web, answering('one', { 'one:o/r/x': ok() })], 'https://host/a#here')
  assert.is(acquired.specifier, 'one:o/r/x')
})

test('a redirect to itself is a cycle', async () => {
  const { done } = start([answering('one', { 'one:a': to('one:a') })], 'one:a')
  const error = await rejects(done, 'ERR_MIMEPORT_REDIRECT_CYCLE')
  assert.match(error.message, /^Cannot load 'one:a' .*it redirects in a circle: one:a -302→ one:a$/)
})

test('a redirect there and back is a cycle that names every hop', async () => {
  const loaders = [answering('one', { '*': to('two:b') }), answering('two', { '*': to('one:a') })]
  for (const all of [loaders, loaders.toReversed()]) {
    const error = await rejects(get(all, 'one:a'), 'ERR_MIMEPORT_REDIRECT_CYCLE')
    assert.match(error.message, /: one:a -302→ two:b -302→ one:a$/)
    assert.equal(error['trail'], ['one:a -302→ two:b', 'two:b -302→ one:a'])
    assert.is(error['statusCode'], 508)
  }
})

/** Redirects from 0 to 1 and on, up to `last`. */
const chain = (last: number) =>
  answering('one', {
    '*': (specifier: string) => {
      const n = Number(/\d+/.exec(specifier))
      return n === last ? ok('end') : to(`one:${n + 1}`)
    },
  })

test('10 redirects are followed', async () => {
  assert.is(textOf(await get([chain(10)], 'one:0')), 'end')
})

test('11 redirects are too many', async () => {
  for (const last of [11, Infinity]) {
    const loader = chain(last)
    const error = await rejects(get([loader], 'one:0'), 'ERR_MIMEPORT_TOO_MANY_REDIRECTS')
    assert.match(error.message, /stopped after 10 redirects: one:0 -302→ one:1 -302→ /)
    assert.is(loader.asked.length, 11)
  }
})

test('a network’s redirect to a file is refused before the file is asked for', async () => {
  for (const location of ['file:///etc/passwd', 'FILE:///etc/passwd']) {
    for (const from of ['https://host/a', 'github:o/r/a']) {
      const files = answering('file', { '*': ok() })
      const web = answering('web', { '*': to(location) }, ['https:', 'github:'])
      await rejects(get([web, files], from), 'ERR_MIMEPORT_LOCAL_IMPORT')
      assert.equal(files.asked, [])
    }
  }
})

test('a specifier that no loader answers for is not found, and the message names the schemes', async () => {
  const loaders = [answering('one', {}), answering('two', {})]
  const error = await rejects(get(loaders, 'three:x'), 'ERR_MODULE_NOT_FOUND')
  assert.is(error['statusCode'], 404)
  assert.is(
    error.message,
    "Cannot find 'three:x' imported from 'file:///app.mjs': no loader answers for 'three:' (there are loaders for one:, two:)",
  )
  const known = await rejects(get(loaders, 'one:x'), 'ERR_MODULE_NOT_FOUND')
  assert.match(known.message, /: no loader answers for it$/)
})

test('a redirect to where nobody answers says how it came there', async () => {
  const { done } = start([answering('one', { '*': to('gone:x') })], 'one:a')
  const error = await rejects(done, 'ERR_MODULE_NOT_FOUND')
  assert.match(error.message, /\(one:a -302→ gone:x\)$/)
})

test('false, null and undefined leave the specifier to the next loader', async () => {
  for (const answer of [false, null, undefined]) {
    for (const given of [answer, Promise.resolve(answer)]) {
      const first = answering('first', { '*': given }, ['one:'])
      const second = answering('second', { '*': ok('second') }, [])
      const acquired = await get([first, second], 'one:a')
      assert.is(acquired.loader.name, 'second')
      assert.equal(first.asked, ['one:a'])
    }
  }
})

test('the first answer is the answer', async () => {
  for (const answer of [ok('first'), { statusCode: 404 }]) {
    const second = answering('second', { '*': ok('second') }, [])
    await get([answering('one', { '*': answer }), second], 'one:a').catch(() => {})
    assert.equal(second.asked, [])
  }
})

test('a throw stops the search, and is wrapped once', async () => {
  const cause = new RangeError('broken')
  const ways = [
    () => Promise.reject(cause),
    () => {
      throw cause
    },
  ]
  for (const way of ways) {
    const second = answering('second', { '*': ok() }, [])
    const loaders = [answering('one', { '*': way }), second]
    const error = await rejects(get(loaders, 'one:a'), 'ERR_MIMEPORT_LOADER_FAILED')
    assert.is(error.message, `Loader 'one' "resolve" failed for 'one:a': broken`)
    assert.is(error.cause, cause)
    assert.equal(second.asked, [])
  }
})

test('a LoaderError that a loader throws stays as it is', async () => {
  const thrown = new LoaderError('ERR_MODULE_NOT_FOUND', 'Cannot find it')
  const loader = answering('one', { '*': () => Promise.reject(thrown) })
  assert.is(await rejects(get([loader], 'one:a')), thrown)
})

test('a loader without schemes is asked about everything that is not relative', async () => {
  for (const specifier of [
    'one:a',
    'bare',
    '@scope/name',
    'https://host/x',
    '#x',
    'a/b.js',
    'x:',
  ]) {
    const loader = answering('all', { '*': ok() }, [])
    await get([loader], specifier)
    assert.equal(loader.asked, [specifier])
  }
})

test('a loader with schemes is asked about these alone, in any case', async () => {
  const one = answering('one', {})
  for (const specifier of ['two:a', 'bare', 'ones:a', 'one', '#one:']) {
    await rejects(get([one, answering('all', { '*': false }, [])], specifier))
  }
  assert.equal(one.asked, [])
  await rejects(get([one], 'ONE:a'), 'ERR_MODULE_NOT_FOUND')
  assert.equal(one.asked, ['ONE:a'])
})

test('the project’s loaders are asked before the built-in ones', async () => {
  const builtIn = answering('built-in', { '*': ok('built-in') }, ['one:'])
  const own = answering('own', { 'one:a': ok('own') }, [])
  const registry = new Registry([registration(builtIn, false), registration(own, true)])
  const ask = (specifier: string) => acquire(errandFor(registry, specifier), specifier)
  assert.is(textOf(await ask('one:a')), 'own')
  assert.is(textOf(await ask('one:b')), 'built-in')
  assert.equal(builtIn.asked, ['one:b'])
})

test('a loader is told why it is asked', async () => {
  const contexts: any[] = []
  const note = (next: unknown) => ({
    ...answering('one', {}),
    resolve(specifier: string, context: unknown) {
      contexts.push(context)
      return specifier === 'one:o/a' ? next : ok()
    },
  })
  const errand = errandFor(registryOf(note(to('one:o/b'))), 'one:o/a', {
    importAttributes: { type: 'json' },
  })
  await acquire(errand, 'one:o/a')
  const common = {
    parentURL: 'file:///app.mjs',
    importAttributes: { type: 'json' },
    conditions: ['node', 'import'],
    sourceMaps: true,
  }
  const plain = contexts.map(({ signal, accept, ...rest }) => {
    assert.ok(signal instanceof AbortSignal)
    assert.is(accept, 'application/json, */*;q=0.1')
    return rest
  })
  assert.equal(plain, [
    { url: 'one://o/a', specifier: 'one:o/a', ...common },
    { url: 'one://o/b', specifier: 'one:o/b', ...common },
  ])
})

test('a loader that does not answer is given up at the deadline', async () => {
  const deadline = new AbortController()
  const loader = answering('one', { '*': () => new Promise(() => {}) })
  const errand = errandFor(registryOf(loader), 'one:a', {}, deadline.signal)
  const done = acquire(errand, 'one:a')
  deadline.abort()
  const error = await rejects(done, 'ERR_MIMEPORT_TIMEOUT')
  assert.match(error.message, /^Loader 'one' "resolve" did not answer for 'one:a'/)
})

test('what nobody answered for is told from a loader’s own 404', async () => {
  const one = answering('one', { 'one:h/a': { statusCode: 404 }, 'one:h/b': to('two:x') })
  const table: readonly [specifier: string, unanswered: true | undefined][] = [
    ['one:x', true],
    ['two:x', true],
    ['one:h/a', undefined],
    ['one:h/b', undefined],
  ]
  for (const [specifier, unanswered] of table) {
    const error = await rejects(get([one], specifier), 'ERR_MODULE_NOT_FOUND')
    assert.is(error['unanswered'], unanswered, specifier)
    assert.not(Object.keys(error).includes('unanswered'))
  }
})

test('what came over the network redirects to no file, through whatever loader', async () => {
  const http = answering('http', { 'https://host/a': to('one:h/a') }, ['https:'])
  const one = answering('one', { 'one:h/a': to('one:h/b'), 'one:h/b': to('file:///etc/passwd') })
  const file = answering('file', { '*': ok('secret') }, ['file:'])
  const loaders = [http, one, file]
  const error = await rejects(get(loaders, 'https://host/a'), 'ERR_MIMEPORT_LOCAL_IMPORT')
  assert.match(error.message, /'file:\/\/\/etc\/passwd' for 'https:\/\/host\/a'/)
  assert.equal(file.asked, [])
  // The loader alone may: it is the project's own code.
  assert.is(textOf(await get(loaders, 'one:h/a')), 'secret')
})

test.run()
