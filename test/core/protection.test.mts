import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freshened } from '../../core/cache/validation.mts'
import { redact } from '../../core/resource/credentials/secrets.mts'
import {
  configureProtection,
  encryptionKeys,
  keyText,
  refuseUnencrypted,
  secretBytes,
  signatureRule,
} from '../../core/resource/protection.mts'
import { fetchResource } from '../../core/resource/resource.mts'
import { rejects } from '../support/rejects.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

const test = suite<{ server: TestServer; project: Project }>('protection')

const rule = { keys: { k: { key: '$K' } } }

test.before(async (context) => {
  context.server = await startServer()
  context.project = makeProject({})
  process.env['MIMEPORT_CACHE'] = join(context.project.path, 'cache')
})
test.after(async ({ server, project }) => {
  configureProtection({})
  delete process.env['MIMEPORT_CACHE']
  project.remove()
  await server.stop()
})

test('a rule is that of the origin: scheme, host and port, with a dot at the host’s end or without', () => {
  configureProtection({
    signatures: { 'https://m.example': rule, 'http://localhost:8080': rule },
    encryption: { 'https://m.example:8443': { '': '$K' } },
  })
  for (const url of ['https://m.example/a?b', 'HTTPS://M.example:443/', 'https://m.example./a']) {
    assert.is(signatureRule(url), rule, url)
    assert.is(encryptionKeys(url), undefined, url)
  }
  assert.is(signatureRule('http://localhost.:8080/a'), rule)
  for (const url of [
    'https://www.m.example/',
    'https://m.example:8443/',
    'https://m.example.evil.example/',
    'http://localhost/',
    'github:owner/repo/x',
    'no URL',
  ]) {
    assert.is(signatureRule(url), undefined, url)
  }
  assert.equal([...encryptionKeys('https://m.example.:8443/')!], [['', '$K']])
  configureProtection({ signatures: { 'https://10.0.0.5': rule, 'http://[::1]:8080': rule } })
  assert.is(signatureRule('https://[::ffff:10.0.0.5]/a'), rule, 'IPv4 that is written as IPv6')
  assert.is(signatureRule('https://[::ffff:10.0.0.6]/a'), undefined)
  assert.is(signatureRule('http://[::1]:8080/a'), rule)
  configureProtection({ signatures: { 'https://[::ffff:10.0.0.5]': rule } })
  assert.is(signatureRule('https://10.0.0.5/a'), rule, 'in the configuration, too')
  assert.is(signatureRule('https://[::ffff:a00:5]/a'), rule)
  denied('T07', 'a signed origin in another spelling', 3)
  passed('T07', 'another address')
})

test('without rules nobody is looked up', () => {
  configureProtection({})
  assert.is(signatureRule('https://m.example/'), undefined)
  assert.is(encryptionKeys('https://m.example/'), undefined)
})

test('content of an origin that encrypts is encrypted, among other codings or alone', () => {
  configureProtection({ encryption: { 'https://m.example': { '': '$K' } } })
  const url = 'https://m.example/a'
  const answer = (coding: string | undefined, statusCode = 200) => ({
    statusCode,
    headers: coding === undefined ? {} : { 'content-encoding': coding },
    body: new Uint8Array(),
  })
  for (const coding of ['aes128gcm', 'gzip, aes128gcm', 'AES128GCM , gzip']) {
    refuseUnencrypted(url, answer(coding))
  }
  for (const status of [302, 404, 500]) refuseUnencrypted(url, answer(undefined, status))
  refuseUnencrypted('https://other.example/', answer(undefined))
  for (const coding of [undefined, '', 'gzip', 'x-aes128gcm', 'aes128gcm2']) {
    assert.throws(
      () => refuseUnencrypted(url, answer(coding)),
      (error: any) => error.code === 'ERR_MIMEPORT_DECRYPTION',
    )
  }
})

test('a key is a variable’s text or a file’s, read anew each time, and a secret is hidden', ({
  project,
}) => {
  const file = join(project.path, 'k.key')
  writeFileSync(file, ' first \n')
  assert.is(keyText('the key', file), 'first')
  writeFileSync(file, 'second')
  assert.is(keyText('the key', file), 'second')
  process.env['PROTECTION_KEY'] = ' a text '
  assert.is(keyText('the key', '$PROTECTION_KEY'), 'a text')
  const secret = 'AAECAwQFBgcICQoLDA0ODw'
  assert.is(secretBytes('the key', secret, 16).length, 16)
  assert.is(redact(`it is ${secret}`), 'it is ***')
  for (const [text, least] of [
    [secret, 17],
    ['no base64!', 1],
  ] as const) {
    assert.throws(
      () => secretBytes('the key', text, least),
      (error: any) => error.code === 'ERR_MIMEPORT_CONFIG' && !error.message.includes(text),
    )
  }
})

test('nobody asks a protected origin without a check, and with one the content stays coded', async ({
  server,
}) => {
  const { gzipSync } = await import('node:zlib')
  const zipped = gzipSync('x')
  await server.set('/a', {
    headers: { 'content-encoding': 'gzip', 'cache-control': 'max-age=60' },
    body: zipped,
  })
  const url = `${server.url}/a`
  configureProtection({ signatures: { [server.url]: rule } })
  await rejects(fetchResource(url), 'ERR_MIMEPORT_SIGNATURE')
  await rejects(fetchResource(url, { coded: true }), 'ERR_MIMEPORT_SIGNATURE')
  await rejects(fetchResource(url, { check: () => {} }), 'ERR_MIMEPORT_SIGNATURE')
  configureProtection({ encryption: { [server.url]: { '': '$K' } } })
  await rejects(fetchResource(url), 'ERR_MIMEPORT_DECRYPTION')
  assert.equal(await server.requests(), [])
  const seen: string[] = []
  const get = () =>
    fetchResource(url, {
      coded: true,
      headers: { accept: '*/*' },
      check: (response, { method, url: of, headers }) => {
        seen.push(`${method} ${of} ${headers['accept']} ${response.statusCode}`)
      },
    })
  for (let times = 0; times < 2; times++) {
    const { headers, body } = await get()
    assert.is(headers['content-encoding'], 'gzip')
    assert.ok(zipped.equals(body))
  }
  assert.equal(seen, [`GET ${url} */* 200`, `GET ${url} */* 200`], 'out of the cache, too')
  assert.is((await server.requests()).length, 1)
  // And what is stored so is not found by who wants it decoded.
  configureProtection({})
  const { body } = await fetchResource(url)
  assert.is(Buffer.from(body).toString(), 'x')
  assert.is((await server.requests()).length, 2)
})

test('what fails its check out of the cache is asked for anew once; what just came is not', async ({
  server,
}) => {
  await server.clear()
  const fresh = { 'cache-control': 'max-age=60' }
  await server.set('/b', [
    { headers: fresh, body: 'one' },
    { headers: fresh, body: 'two' },
    { headers: fresh, body: 'three' },
  ])
  const url = `${server.url}/b`
  const get = (wanted: string) =>
    fetchResource(url, {
      coded: true,
      check({ body }) {
        if (Buffer.from(body).toString() !== wanted) throw new Error(`it is not ${wanted}`)
      },
    })
  const textOf = async (wanted: string) => Buffer.from((await get(wanted)).body).toString()
  assert.is(await textOf('one'), 'one')
  assert.is(await textOf('two'), 'two', 'asked for anew')
  assert.is((await server.requests('/b')).length, 2)
  await rejects(() => textOf('never'))
  assert.is((await server.requests('/b')).length, 3, 'once')
})

test('a 304 leaves the fields that a signature covers', () => {
  const stored = {
    statusCode: 200,
    body: new Uint8Array(),
    requestTime: 0,
    responseTime: 0,
    vary: [],
    keptOnly: false,
    headers: {
      'signature-input':
        'sig=("@status" "content-type" "@target-uri";req "cache-control" "date");keyid="k"',
      signature: 'sig=:AAAA:',
      'content-digest': 'sha-256=:AAAA:',
      'cache-control': 'max-age=1',
      date: 'then',
      'x-other': 'old',
    },
  }
  const response = {
    statusCode: 304,
    body: new Uint8Array(),
    headers: {
      'signature-input': 'of=()',
      signature: 'of=:BBBB:',
      'content-digest': 'sha-256=:BBBB:',
      'cache-control': 'max-age=2',
      date: 'now',
      'x-other': 'new',
    },
  }
  const times = { requestTime: 1, responseTime: 2 }
  assert.equal(freshened(stored, response, times).headers, { ...stored.headers, 'x-other': 'new' })
  // Without a signature, as RFC 9111 has it.
  const { 'signature-input': _input, ...unsigned } = stored.headers
  assert.equal(freshened({ ...stored, headers: unsigned }, response, times).headers, {
    ...unsigned,
    ...response.headers,
  })
})

test.run()
