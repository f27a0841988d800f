import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { acquire } from '../../core/engine/acquire.mts'
import { LoaderError } from '../../core/errors.mts'
import { Registry } from '../../core/engine/registry.mts'
import { configurePolicy } from '../../core/policy/policy.mts'
import { errandFor, registration, registryOf } from '../support/inline-loader.mts'
import { rejects } from '../support/rejects.mts'
import { denied, passed } from '../threats/record.mts'
import type { Acquired } from '../../core/engine/acquire.mts'

const test = suite('acquire')

// Which hosts is another question: test/policy.
test.before.each(() => configurePolicy({ allow: ['default', 'https:'] }))

/** The project's own scheme is the network's, too, from here on. */
const name = (...schemes: string[]) => configurePolicy({ allow: ['default', 'https:', ...schemes] })

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
    ['\\\\other\\b', 'https://other/b'],
    ['/\\other/b', 'https://other/b'],
    ['https:b', 'https://host/x/b'],
    ['b\xc3\xa9\xe9', 'https://host/x/b%C3%A9%E9'],
    ['\x01\x02b\x1f', 'https://host/x/b'],
    ['/b, /b', 'https://host/b'],
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

const invalid = 'ERR_MIMEPORT_INVALID_REDIRECT'

/** How a redirect from one URL fails; `asked` is what loaders were asked for before it did. */
async function refusal(location: string, code: string, from = 'https://host/a') {
  const all = answering('all', { [from]: to(location), '*': ok() }, [])
  const error = await rejects(get([all], from), code)
  assert.equal(all.asked, [from], location)
  return error.message
}

test('several Locations are one if they say the same, and none otherwise', async () => {
  const message = await refusal('/b, /c', invalid)
  assert.is(
    message,
    "Cannot follow the 302 from 'https://host/a' imported from 'file:///app.mjs': it has several Locations, '/b, /c'",
  )
  const loader = answering('one', { 'one:h/a': to('one:h/b, c'), 'one:h/b, c': ok('b') })
  assert.is(textOf(await get([loader], 'one:h/a')), 'b')
})

test('a Location of 8192 characters is followed, one of more is refused', async () => {
  const path = (length: number) => `/${'x'.repeat(length - 1)}`
  const loader = answering('all', { 'one:h/a': to(path(8192)), '*': ok('b') }, [])
  loader.resolveRelativePath = () => 'one:h/b'
  assert.is(textOf(await get([loader], 'one:h/a')), 'b')
  assert.match(await refusal(path(8193), invalid), /: its Location has 8193 characters, the limit/)
  assert.match(await refusal(`one:${path(8193)}`, invalid, 'one:h/a'), /its Location has 8197/)
})

test('a Location with a user name or a password is refused, and not repeated', async () => {
  for (const location of ['https://me@host/b', '//me:secret@host/b', 'https:\\\\:secret@host']) {
    for (const from of ['https://host/a', 'one:h/a']) {
      if (from === 'one:h/a' && !location.startsWith('https:')) continue
      const message = await refusal(location, invalid, from)
      assert.match(message, /its Location has a user name or a password in it/)
      assert.not.match(message, /secret|me@/)
    }
  }
})

test('the network redirects to nothing that is here, however it is spelt', async () => {
  const table: readonly [location: string, code: string][] = [
    ['data:text/javascript,1', invalid],
    ['DATA:,', invalid],
    [' \tdata:,1', invalid],
    ['\x01da\tta:,1', invalid],
    ['blob:nodedata:1', invalid],
    ['node:fs', invalid],
    ['NODE:fs', invalid],
    ['file:///etc/passwd', 'ERR_MIMEPORT_LOCAL_IMPORT'],
    ['FILE:/etc/passwd', 'ERR_MIMEPORT_LOCAL_IMPORT'],
    ['\x1ffile:///etc/passwd', 'ERR_MIMEPORT_LOCAL_IMPORT'],
    ['fi\tle:///etc/passwd', 'ERR_MIMEPORT_LOCAL_IMPORT'],
    ['file:\\\\host\\x', 'ERR_MIMEPORT_LOCAL_IMPORT'],
  ]
  for (const [location, code] of table) {
    for (const from of ['https://host/a', 'http://localhost/a', 'github:o/r/a']) {
      const message = await refusal(location, code, from)
      assert.ok(message.includes(`(${from} -302→ `), message)
    }
  }
  denied('T06', 'a redirect of the network to what is here', 3 * table.length)
})

test('a loader of the project redirects to data: and node:, until the network was on the way', async () => {
  const one = answering('one', { 'one:h/a': to('data:,1'), 'one:h/b': to('https://host/a') })
  const data = answering('data', { '*': ok('data') }, ['data:'])
  const web = answering('web', { 'https://host/a': to('one:h/a') }, ['https:'])
  assert.is(textOf(await get([one, data, web], 'one:h/a')), 'data')
  passed('T06', "a redirect of the project's own to data:")
  const closed = await rejects(get([one, data, web], 'one:h/b'), 'ERR_MIMEPORT_NOT_ALLOWED')
  assert.match(closed.message, /'one:' is a scheme of the project's own/)
  denied('T06', "a redirect of the network to a scheme of the project's own")
  name('one:')
  const error = await rejects(get([one, data, web], 'one:h/b'), invalid)
  assert.match(
    error.message,
    /: what comes over the network may not lead to 'data:' \(one:h\/b -302→ https:\/\/host\/a -302→ one:h\/a -302→ data:,1\)$/,
  )
})

test('https: redirects to no http:, at whatever hop, and http: does to both', async () => {
  const insecure = 'ERR_MIMEPORT_INSECURE_URL'
  for (const location of ['http://host/b', 'HTTP://host/b', 'http:/b', ' http:b']) {
    assert.match(
      await refusal(location, insecure),
      /^Cannot follow the 302 from 'https:\/\/host\/a' .*: it leads from https: to http:, where anyone on the way could change it \(https:\/\/host\/a -302→ http:/,
    )
  }
  const hops = (...urls: string[]) =>
    answering(
      'all',
      Object.fromEntries(
        urls.map((url, i) => [url, i + 1 < urls.length ? to(urls[i + 1]!) : ok()]),
      ),
      [],
    )
  const refused = [
    ['https://a/', 'https://b/', 'http://localhost/'],
    ['http://localhost/1', 'https://b/', 'http://localhost/2'],
    ['https://a/', 'one:h/x', 'http://localhost/'],
  ]
  name('one:', 'http://localhost/')
  for (const urls of refused) await rejects(get([hops(...urls)], urls[0]!), insecure)
  denied('T02', 'from https: to http:', 4 + refused.length)
  const followed = [
    ['http://localhost/1', 'http://localhost/2', 'https://b/'],
    ['one:h/x', 'http://localhost/', 'https://b/'],
    ['https://a/', 'one:h/x', 'https://b/'],
  ]
  for (const urls of followed) {
    const acquired = await get([hops(...urls)], urls[0]!)
    assert.is(acquired.specifier, urls.at(-1))
  }
  passed('T02', 'from http: to https:, and on', followed.length)
})

test('what fails behind a redirect says how it was come to', async () => {
  const cause = new Error('broken')
  const own = new LoaderError('ERR_MIMEPORT_NETWORK', 'Cannot load it: no', { url: 'x:y', cause })
  const answers = { 'one:a': to('one:b'), 'one:b': () => Promise.reject(own) }
  const error = await rejects(get([answering('one', answers)], 'one:a'), 'ERR_MIMEPORT_NETWORK')
  assert.is(error.message, 'Cannot load it: no (one:a -302→ one:b)')
  assert.is(error.cause, cause)
  assert.equal([error['url'], error['statusCode']], ['x:y', 502])
  assert.equal(error['trail'], ['one:a -302→ one:b'])
  // It may be another import's, too.
  assert.is(own.message, 'Cannot load it: no')
})

test('a circle is seen however its URLs are spelt', async () => {
  const all = answering('all', { '*': to('HTTPS://HOST:443/x/../a') }, [])
  await rejects(get([all], 'https://host/a'), 'ERR_MIMEPORT_REDIRECT_CYCLE')
  assert.equal(all.asked, ['https://host/a'])
})

test('a host in a Location has one spelling, and what looks like a host is none', async () => {
  const home = 'http://127.0.0.1:8080/b'
  const table: readonly [location: string, target: string][] = [
    ['http://127.1:8080/b', home],
    ['http://0x7f.1:8080/b', home],
    ['http://2130706433:8080/b', home],
    ['http://0177.0.0.1:8080/b', home],
    ['http://127.0.0.1.:8080/b', home],
    ['http://①②⑦.0.0.1:8080/b', home],
    ['http://１２７.0.0.1:8080/b', home],
    ['//%31%32%37.0.0.1:8080/b', home],
    ['http:\\\\127.0.0.1:8080\\b', home],
    ['http://127.0.0.1:8080\\@evil.example/b', 'http://127.0.0.1:8080/@evil.example/b'],
    ['http://127.0.0.1:8080/\\evil.example/b', 'http://127.0.0.1:8080//evil.example/b'],
    ['http://[::ffff:127.0.0.1]:8080/b', 'http://[::ffff:7f00:1]:8080/b'],
    ['https://EXAMPLE.com:443/b', 'https://example.com/b'],
    ['https://EXAMPLE.com./b', 'https://example.com./b'],
    ['https://例え.jp/b', 'https://xn--r8jz45g.jp/b'],
    ['https://g\u0456thub.com/b', 'https://xn--gthub-n2e.com/b'],
  ]
  for (const [location, target] of table) {
    const all = answering('all', { 'http://localhost/a': to(location), '*': ok() }, [])
    assert.is((await get([all], 'http://localhost/a')).url, target, location)
    assert.equal(all.asked, ['http://localhost/a', target])
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
  name('one:')
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
    denied('T26', 'there and back')
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
  passed('T26', '10 redirects')
})

test('11 redirects are too many', async () => {
  for (const last of [11, Infinity]) {
    const loader = chain(last)
    const error = await rejects(get([loader], 'one:0'), 'ERR_MIMEPORT_TOO_MANY_REDIRECTS')
    assert.match(error.message, /stopped after 10 redirects: one:0 -302→ one:1 -302→ /)
    assert.is(loader.asked.length, 11)
    denied('T26', `${last} redirects`)
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
  await rejects(get(loaders, 'https://host/a'), 'ERR_MIMEPORT_NOT_ALLOWED')
  name('one:')
  const error = await rejects(get(loaders, 'https://host/a'), 'ERR_MIMEPORT_LOCAL_IMPORT')
  name()
  assert.match(error.message, /'file:\/\/\/etc\/passwd' for 'https:\/\/host\/a'/)
  assert.equal(file.asked, [])
  // The loader alone may: it is the project's own code.
  assert.is(textOf(await get(loaders, 'one:h/a')), 'secret')
})

test.run()
