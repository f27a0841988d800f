/** What a response has to be signed by, and what no signature is good enough for. In process; programs: test/e2e/signed.full.test.mts */

import { createHmac, createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { configureProtection } from '../../core/resource/protection.mts'
import { refuseUnsigned } from '../../loaders/signed/verification.mts'
import { newSigner, now, signBytes, signed } from '../support/signer.mts'
import { run } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { KeyObject } from 'node:crypto'
import type { SignatureRule } from '../../core/settings.mts'
import type { Signer, Signing } from '../support/signer.mts'

const test = suite('signed')

const url = 'https://modules.example/a.mjs?v=1'
const js = { 'content-type': 'text/javascript' }
const body = 'export default 1'
const signer = newSigner('k')

let variables = 0

/** Puts a key where the configuration finds it. */
function variable(text: string): string {
  const name = `SIGNED_TEST_KEY_${++variables}`
  process.env[name] = text
  return `$${name}`
}

const rule: SignatureRule = { keys: { k: { key: variable(signer.pem) } } }
configureProtection({ signatures: { 'https://modules.example': rule }, file: 'mimeport.json' })

interface Answer {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** What the cache would give of a server's signed answer. */
function answer(signing: Partial<Signing> = {}): Answer {
  const {
    status = 200,
    headers,
    body: bytes,
  } = signed({ url, headers: js, body, signer, ...signing })
  return {
    statusCode: status,
    headers: { ...(headers as Record<string, string>) },
    body: Buffer.from(bytes ?? ''),
  }
}

interface Asked {
  readonly by?: SignatureRule
  readonly of?: string
  readonly at?: number
  readonly headers?: Record<string, string>
}

function verify(response: Answer, { by = rule, of = url, at, headers = {} }: Asked = {}): void {
  refuseUnsigned(response, { method: 'GET', url: of, headers }, by, at)
}

/** Asserts that a response is refused, and why. */
function refused(response: Answer, why: string, asked: Asked = {}): void {
  try {
    verify(response, asked)
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    assert.is(code, 'ERR_MIMEPORT_SIGNATURE', message)
    assert.ok(message.includes(why), message)
    denied('T14', `a signature: ${why}`)
    return
  }
  assert.unreachable(`it passed: ${why}`)
}

test('what is signed passes: content, redirects, each digest', () => {
  verify(answer())
  verify(answer({ digest: 'sha-512' }))
  verify(answer({ headers: { ...js, 'content-encoding': 'gzip', etag: '"x"' } }))
  verify(answer({ status: 302, headers: { location: '/b.mjs' }, body: '' }))
  passed('T14', 'signed responses', 4)
})

test('a failure needs no signature: whoever sends it, it is one', () => {
  for (const statusCode of [400, 404, 410, 500, 503]) {
    verify({ statusCode, headers: {}, body: new Uint8Array() })
  }
  refused({ statusCode: 399, headers: {}, body: new Uint8Array() }, 'it is not signed')
})

test('what is not signed is refused, and what has half of a signature', () => {
  refused({ ...answer(), headers: js }, 'it is not signed (it has no Signature-Input)')
  const { signature: _signature, ...rest } = answer().headers
  refused({ ...answer(), headers: rest }, 'it is not signed (it has no Signature)')
  refused(
    { ...answer(), headers: { ...answer().headers, 'signature-input': '' } },
    "its Signature has 'sig', its Signature-Input has not",
  )
  refused(
    { ...answer(), headers: { ...js, 'signature-input': '', signature: '' } },
    'Signature-Input is empty',
  )
})

test('fields that cannot be read are refused', () => {
  const good = answer()
  const wrong = (fields: Record<string, string>, why: string) =>
    refused({ ...good, headers: { ...good.headers, ...fields } }, why)
  wrong({ 'signature-input': 'sig=(' }, 'its Signature-Input cannot be read')
  wrong({ signature: 'sig=:***:' }, 'its Signature cannot be read')
  wrong({ signature: 'sig=?1' }, 'it has no bytes in Signature')
  wrong({ signature: 'sig=(:AAAA:)' }, 'it has no bytes in Signature')
  wrong({ 'signature-input': 'sig=1;keyid="k"' }, 'is no list of components')
  wrong({ signature: 'sig=::' }, "it is not that of 'k'")
  wrong({ signature: 'sig=:AAAA:' }, "it is not that of 'k'")
  wrong({ signature: `${good.headers['signature']}, other=:AAAA:` }, "its Signature has 'other'")
})

test('anything that is changed is found out', () => {
  const gzip = answer({ headers: { ...js, 'content-encoding': 'gzip' } })
  const moved = answer({ status: 302, headers: { location: '/b.mjs' }, body: '' })
  const mine = "it is not that of 'k'"
  const change = (response: Answer, fields: Record<string, string>, why = mine) =>
    refused({ ...response, headers: { ...response.headers, ...fields } }, why)
  change(answer(), { 'content-type': 'text/markdown' })
  change(answer(), { 'content-encoding': 'gzip' }, "it does not cover 'content-encoding'")
  change(gzip, { 'content-encoding': 'br' })
  change(moved, { location: '/evil.mjs' })
  change(answer(), { location: '/evil.mjs' }, "it does not cover 'location'")
  refused({ ...answer(), statusCode: 203 }, mine)
  refused({ ...moved, statusCode: 301 }, mine)
  refused({ ...moved, statusCode: 200 }, "it does not cover 'content-type'")
  refused({ ...answer(), statusCode: 302 }, "it does not cover 'location'")
  const { 'content-encoding': _coding, ...without } = gzip.headers
  refused(
    { ...gzip, headers: without },
    'it covers "content-encoding", which the response does not have',
  )
  refused({ ...answer(), body: Buffer.from('export default 2') }, 'its content is another')
  refused({ ...answer(), body: new Uint8Array() }, 'its content is another')
  const other = answer({ body: 'export default 2' })
  change({ ...answer(), body: other.body }, { 'content-digest': other.headers['content-digest']! })
  denied('T16', 'a media type that is changed')
})

test('no character of what is signed, or of the signature, can be another', () => {
  const good = answer()
  let changes = 0
  for (const name of ['signature', 'signature-input', 'content-digest', 'content-type']) {
    const value = good.headers[name]!
    for (let index = 0; index < value.length; index++) {
      for (const other of ['0', 'A', ' ', '"', ';']) {
        const changed = value.slice(0, index) + other + value.slice(index + 1)
        if (bytesOf(changed).equals(bytesOf(value))) continue
        changes += 1
        const response = { ...good, headers: { ...good.headers, [name]: changed } }
        const error = caught(() => verify(response))
        assert.is(error?.['code'], 'ERR_MIMEPORT_SIGNATURE', changed)
      }
    }
  }
  assert.ok(changes > 1300, String(changes))
  denied('T14', 'a changed character', changes)
})

/** What a function throws. */
function caught(work: () => void): Record<string, unknown> | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error as Record<string, unknown>
  }
}

/** What a base64 text means: its last character has bits that mean nothing. */
function bytesOf(field: string): Buffer {
  const [, base64] = /^[\w-]+=:([\w+/=]*):$/.exec(field) ?? []
  return base64 === undefined ? Buffer.from(field) : Buffer.from(base64, 'base64')
}

test('a good response to another request is not good for this one', () => {
  for (const of of [
    'https://modules.example/a.mjs?v=2',
    'https://modules.example/a.mjs',
    'https://modules.example/b.mjs?v=1',
    'https://modules.example:8443/a.mjs?v=1',
    'https://other.example/a.mjs?v=1',
    'http://modules.example/a.mjs?v=1',
  ]) {
    refused(answer(), "it is not that of 'k'", { of })
  }
  const parts = ['"@status"', '"content-type"', '"content-digest"', '"@authority";req']
  for (const names of [['"@path";req', '"@query";req'], ['"@request-target";req']]) {
    const response = answer({ components: [...parts, ...names] })
    verify(response)
    refused(response, "it is not that of 'k'", { of: 'https://modules.example/a.mjs' })
    refused(response, "it is not that of 'k'", { of: 'https://other.example/a.mjs?v=1' })
  }
})

test('a signature that does not say what it is for, or does not cover what counts, is none', () => {
  const all = ['"@status"', '"content-type"', '"content-digest"', '"@target-uri";req']
  const without = (name: string) => all.filter((each) => each !== name)
  verify(answer({ components: all }))
  refused(answer({ components: without('"@status"') }), "it does not cover '@status'")
  refused(answer({ components: without('"content-type"') }), "it does not cover 'content-type'")
  refused(answer({ components: without('"content-digest"') }), "it does not cover 'content-digest'")
  const unbound = without('"@target-uri";req')
  const bound = 'it does not cover what was asked for'
  refused(answer({ components: unbound }), bound)
  refused(answer({ components: [...unbound, '"@authority";req'] }), bound)
  refused(answer({ components: [...unbound, '"@authority";req', '"@path";req'] }), bound)
  refused(answer({ components: [...unbound, '"@path";req', '"@query";req'] }), bound)
  const response = answer({ headers: { ...js, 'content-encoding': 'gzip' }, components: all })
  refused(response, "it does not cover 'content-encoding'")
  refused(
    answer({
      status: 302,
      headers: { location: '/b' },
      components: ['"@status"', '"@target-uri";req'],
    }),
    "it does not cover 'location'",
  )
  refused(answer({ headers: {} }), "it does not cover 'content-type'")
  // Of a redirect nobody reads the content.
  const moved = { location: '/b', 'content-type': 'text/html', 'content-encoding': 'gzip' }
  verify(
    answer({
      status: 302,
      headers: moved,
      components: ['"@status"', '"@target-uri";req', '"location"'],
    }),
  )
})

test('components that the configuration wants are wanted', () => {
  const by = { ...rule, components: ['etag', '@method;req'] }
  const headers = { ...js, etag: '"x"' }
  const names = ['"@status"', '"@target-uri";req', '"content-type"', '"content-digest"', '"etag"']
  verify(answer({ headers, components: [...names, '"@method";req'] }), { by })
  refused(answer({ headers, components: names }), 'it does not cover "@method";req', { by })
  refused(
    answer({ components: ['"@method";req', ...names.slice(0, 4)] }),
    'it does not cover "etag"',
    { by },
  )
})

test('a component that is there twice, or is nothing that we know, is no component', () => {
  const names = ['"@status"', '"@target-uri";req', '"content-type"', '"content-digest"']
  const wrong = (component: string, why: string) => {
    const input = `sig=(${[...names, component].join(' ')});created=${now()};expires=${now() + 60};keyid="k"`
    refused({ ...answer(), headers: { ...answer().headers, 'signature-input': input } }, why)
  }
  wrong('"@status"', 'it covers "@status" twice')
  wrong('"@target-uri";req', 'it covers "@target-uri";req twice')
  wrong('"@signature-params"', 'it covers "@signature-params", itself')
  wrong('"@who"', 'is not known')
  wrong('"@who";req', 'is not known')
  wrong('"__proto__"', 'it covers "__proto__", which the response does not have')
  wrong('"constructor"', 'which the response does not have')
  wrong('"@constructor";req', 'is not known')
  wrong('"@path"', "has no 'req'")
  wrong('"@status";req', 'is of a response')
  wrong('"@query-param";req', "has no 'name'")
  wrong('"@path";req;sf', "cannot have the parameter 'sf'")
  wrong('"content-type";sf', 'of which the structure is not known')
  wrong('"content-type";key="a"', 'whose field cannot be parsed')
  wrong('"content-digest";bs;sf', 'is bytes and structured at once')
  wrong('"content-type";tr', 'which the response does not have')
  wrong('"content-type";x', "has the parameter 'x', which is not known")
  wrong('"content-type";req=1', "has the parameter 'req', which is not known")
  wrong('"Content-Type"', "is no field's name in lower case")
  wrong('"x\ny"', 'cannot be read')
  wrong('"accept";req', 'it covers "accept";req, which the request does not have')
  wrong('5', 'is no string')
})

test('a digest may be covered by one of its members, if that is known', () => {
  const names = ['"@status"', '"@target-uri";req', '"content-type"']
  const digest = answer().headers['content-digest']!
  const make = (key: string, value: string) => {
    const component = `"content-digest";key="${key}"`
    const parameters = `(${[...names, component].join(' ')});created=${now()};expires=${now() + 60};keyid="k"`
    const member = value
      .split(', ')
      .find((each) => each.startsWith(`${key}=`))!
      .slice(key.length + 1)
    const lines = [
      '"@status": 200',
      `"@target-uri";req: ${url}`,
      '"content-type": text/javascript',
      `${component}: ${member}`,
    ]
    const base = [...lines, `"@signature-params": ${parameters}`].join('\n')
    return {
      ...answer(),
      headers: {
        ...js,
        'content-digest': value,
        'signature-input': `sig=${parameters}`,
        signature: `sig=:${signBytes(signer, Buffer.from(base)).toString('base64')}:`,
      },
    }
  }
  verify(make('sha-256', digest))
  verify(make('sha-256', `${digest}, md5=:AAAA:`))
  refused(make('sha-256', `${digest}, sha-512=:AAAA:`), 'its content is another')
  refused(
    make('md5', `${digest}, md5=:AAAA:`),
    "it does not cover 'content-digest' (sha-256 or sha-512)",
  )
})

test('unknown digests alone are none', () => {
  const headers = { ...js, 'content-digest': 'md5=:AAAA:, sha=:AAAA:' }
  refused(answer({ headers }), 'its Content-Digest has no sha-256 and no sha-512')
})

test('the key is one of the configuration’s, by its id', () => {
  refused(answer({ signer: newSigner('other') }), "its key 'other' is not known")
  refused(answer({ signer: newSigner('k') }), "it is not that of 'k'")
  refused(answer({ signer: { ...signer, id: '__proto__' } }), "its key '__proto__' is not known")
  refused(answer({ signer: { ...signer, id: 'toString' } }), "its key 'toString' is not known")
  const nameless = { ...answer().headers }
  nameless['signature-input'] = nameless['signature-input']!.replace(';keyid="k"', '')
  refused({ ...answer(), headers: nameless }, 'it names no key (keyid)')
})

test('keys are exchanged: while both are there, either will do', () => {
  const next = newSigner('next')
  const both = { keys: { ...rule.keys, next: { key: variable(next.pem) } } }
  verify(answer(), { by: both })
  verify(answer({ signer: next }), { by: both })
  const after = { keys: { next: both.keys.next } }
  verify(answer({ signer: next }), { by: after })
  refused(answer(), "its key 'k' is not known", { by: after })
})

/** One signature's fields beside another's. */
function together(a: Answer, b: Answer): Answer {
  const headers = { ...a.headers }
  for (const name of ['signature', 'signature-input']) {
    headers[name] = `${a.headers[name]}, ${b.headers[name]}`
  }
  return { ...a, headers }
}

test('of several signatures one that is good is enough, and all reasons are told otherwise', () => {
  const strange = answer({ signer: newSigner('strange'), label: 'a' })
  const old = answer({ expires: now() - 600, created: now() - 900, label: 'b' })
  verify(together(strange, answer()))
  verify(together(answer(), strange))
  refused(
    together(strange, old),
    "signature 'a': its key 'strange' is not known; signature 'b': it expired at ",
  )
})

test('no more than 16 signatures are looked at', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      answer({ label: `s${index}`, ...(index < count - 1 && { signer: newSigner('x') }) }),
    ).reduce(together)
  verify(many(16))
  refused(many(17), 'it has 17 signatures, the limit is 16')
})

test('time: made in the past, and not expired, a minute more or less', () => {
  const at = 1_800_000_000
  const verifyAt = (created: number | undefined, expires: number | undefined, by = rule) =>
    verify(answer({ created, expires }), { at: at * 1000, by })
  const refusedAt = (
    created: number | undefined,
    expires: number | undefined,
    why: string,
    by = rule,
  ) => refused(answer({ created, expires }), why, { at: at * 1000, by })
  verifyAt(at + 60, at + 300)
  refusedAt(at + 61, at + 300, 'which is still to come')
  verifyAt(at - 300, at - 60)
  refusedAt(at - 300, at - 61, 'it expired at 2027-01-15T07:58:59Z')
  refusedAt(undefined, at + 300, "it does not say when it was made ('created')")
  refusedAt(at, undefined, "it has no 'expires', so what is old would stay good for ever")
  const hour = { ...rule, maxAge: 3600 }
  verifyAt(at - 3660, undefined, hour)
  refusedAt(at - 3661, undefined, 'it expired at', hour)
  refusedAt(at - 3661, at + 300, 'it expired at', hour)
  verifyAt(at - 3000, at - 60, hour)
  refusedAt(at - 3000, at - 61, 'it expired at', hour)
  refusedAt(-1, -1, 'it expired at')
  const odd = (parameters: string) => {
    const response = answer()
    const input = response.headers['signature-input']!.replace(/;created=.*$/, parameters)
    return { ...response, headers: { ...response.headers, 'signature-input': input } }
  }
  refused(odd(`;created=${at}.5;expires=${at};keyid="k"`), "('created')")
  refused(odd(`;expires=${at};keyid="k";created=@${at}`), "('created')")
  refused(odd(`;created="${at}";expires=${at};keyid="k"`), "('created')")
  refused(odd(`;created=${now()};expires="x";keyid="k"`), "its 'expires' is no time")
  refused(odd(`;created=${now()};expires;keyid="k"`), "its 'expires' is no time")
})

test('a tag that the configuration names is wanted, and any other parameter is let be', () => {
  const by = { ...rule, tag: 'modules' }
  verify(answer({ more: ';tag="modules"' }), { by })
  refused(answer({ more: ';tag="other"' }), "its tag is not 'modules'", { by })
  refused(answer(), "its tag is not 'modules'", { by })
  verify(answer({ more: ';tag="whatever";nonce="abc";x=1' }))
})

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string
const jwk = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const ed = generateKeyPairSync('ed25519')
const secret = randomBytes(32)

test('each algorithm: by PEM, by JWK, named or not', () => {
  const pairs: [string, { publicKey: KeyObject; privateKey: KeyObject }, string][] = [
    ['rsa-pss-sha512', rsa, 'PS512'],
    ['rsa-v1_5-sha256', rsa, 'RS256'],
    ['ecdsa-p256-sha256', p256, 'ES256'],
    ['ecdsa-p384-sha384', p384, 'ES384'],
    ['ed25519', ed, 'EdDSA'],
  ]
  for (const [algorithm, { publicKey, privateKey }, alg] of pairs) {
    const by = { id: 'k', algorithm, key: privateKey }
    const response = answer({ signer: by, more: `;alg="${algorithm}"` })
    const keys = [
      { key: variable(pem(publicKey)), algorithm },
      { key: variable(pem(publicKey).replaceAll('\n', '\\n')), algorithm },
      { key: variable(jwk(publicKey)), algorithm },
      { key: variable(jwk(publicKey, { alg })) },
      { key: variable(jwk(publicKey, { alg })), algorithm },
    ]
    if (algorithm !== 'rsa-v1_5-sha256') keys.push({ key: variable(pem(publicKey)) } as never)
    for (const k of keys) verify(response, { by: { keys: { k } } })
  }
  const by = { id: 'k', algorithm: 'hmac-sha256', key: createSecretKey(secret) }
  const response = answer({ signer: by })
  const oct = JSON.stringify({ kty: 'oct', k: secret.toString('base64url') })
  for (const k of [
    { key: variable(secret.toString('base64url')), algorithm: 'hmac-sha256' },
    { key: variable(secret.toString('base64')), algorithm: 'hmac-sha256' },
    { key: variable(oct) },
  ]) {
    verify(response, { by: { keys: { k } } })
  }
})

test('the message has no say in the algorithm', () => {
  const by: Signer = { id: 'k', algorithm: 'rsa-v1_5-sha256', key: rsa.privateKey }
  const keys = { k: { key: variable(pem(rsa.publicKey)) } }
  refused(
    answer({ signer: by, more: ';alg="rsa-v1_5-sha256"' }),
    "its key is for 'rsa-pss-sha512'",
    { by: { keys } },
  )
  refused(answer({ signer: by }), "it is not that of 'k'", { by: { keys } })
  refused(answer({ more: ';alg="hmac-sha256"' }), "it says that it is made by 'hmac-sha256'")
  refused(answer({ more: ';alg=ed25519' }), 'it says that it is made by')
  // The public key is known to everybody: nothing that is made with it as a secret counts.
  const parameters = `("@status" "@target-uri";req "content-type" "content-digest");created=${now()};expires=${now() + 60};keyid="k";alg="hmac-sha256"`
  const good = answer()
  const base = `"@status": 200\n"@target-uri";req: ${url}\n"content-type": text/javascript\n"content-digest": ${good.headers['content-digest']}\n"@signature-params": ${parameters}`
  const forged = createHmac('sha256', signer.pem).update(base).digest('base64')
  const headers = {
    ...good.headers,
    'signature-input': `sig=${parameters}`,
    signature: `sig=:${forged}:`,
  }
  refused({ ...good, headers }, 'it says that it is made by')
})

/** Asserts that a key of the configuration cannot be used, and that nothing of it is shown. */
function unusable(text: string, why: string, algorithm?: string): void {
  const key = variable(text)
  const keys = { k: { key, ...(algorithm !== undefined && { algorithm }) } }
  try {
    verify(answer(), { by: { keys } })
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    assert.is(code, 'ERR_MIMEPORT_CONFIG', message)
    assert.ok(
      message.includes(`the key 'k' in the 'signatures' of 'https://modules.example' ${why}`),
      message,
    )
    for (const line of text.split('\n')) if (line.length > 30) assert.not.match(message, line)
    return
  }
  assert.unreachable(why)
}

test('a key that cannot be used is the configuration’s error, and shows nothing', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const other = generateKeyPairSync('ed448')
  const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const secretPem = ed.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  unusable(pem(small.publicKey), 'has 1024 bits, and needs 2048 or more')
  unusable(pem(other.publicKey), 'is for no algorithm of RFC 9421')
  unusable(pem(curve.publicKey), 'is for no algorithm of RFC 9421')
  unusable(secretPem, 'is a private key; the public one is enough')
  unusable(jwk(ed.privateKey), 'is a private key; the public one is enough')
  unusable(pem(ed.publicKey), "is not for 'rsa-pss-sha512' (it is for ed25519)", 'rsa-pss-sha512')
  unusable(
    jwk(rsa.publicKey, { alg: 'RS256' }),
    "is for 'rsa-v1_5-sha256', and the configuration says otherwise",
    'rsa-pss-sha512',
  )
  unusable(jwk(rsa.publicKey, { alg: 'none' }), "is not for 'none'")
  unusable(secret.toString('base64url'), 'is neither PEM nor a JWK')
  unusable(
    randomBytes(15).toString('base64url'),
    'has 15 bytes, and needs 16 or more',
    'hmac-sha256',
  )
  unusable('not base64!', 'is no base64url text', 'hmac-sha256')
  unusable(
    '{"kty":"OKP","secret":"a text of more than thirty characters"',
    'begins as a JWK does, and is not JSON',
  )
  unusable('{"kty":"OKP"}', 'is no key that can be read')
  unusable(
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
    'is no key that can be read',
  )
  for (const [key, why] of [
    [
      '$SIGNED_TEST_NONE',
      "needs the environment's 'SIGNED_TEST_NONE', which is not set, or is empty",
    ],
    ['/no/such/key.pem', "is in '/no/such/key.pem', which cannot be read: there is no such file"],
  ] as const) {
    assert.throws(
      () => verify(answer(), { by: { keys: { k: { key } } } }),
      (error: any) => error.code === 'ERR_MIMEPORT_CONFIG' && error.message.includes(why),
    )
  }
})

test('of several signatures one may be by a key that cannot be used', () => {
  const by = { keys: { ...rule.keys, gone: { key: '$SIGNED_TEST_NONE' } } }
  const gone = answer({ signer: { ...signer, id: 'gone' }, label: 'gone' })
  verify(together(gone, answer()), { by })
  const alone = caught(() => verify(gone, { by }))
  assert.is(alone?.['code'], 'ERR_MIMEPORT_CONFIG')
})

test('a key that is not asked for need not be there', () => {
  verify(answer(), { by: { keys: { ...rule.keys, later: { key: '$SIGNED_TEST_NONE' } } } })
})

test('who wants no signatures and no encryption loads neither cryptography nor the parser of fields', async () => {
  const folder = new URL('../../loaders/', import.meta.url).href
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    for (const name of ['signed', 'encrypted']) {
      const { resolve } = await import(${JSON.stringify(folder)} + name + '/' + name + '.mts')
      console.log(await resolve('https://modules.example/a.mjs'))
    }
    console.log(loaded.filter((url) => /structured-headers|loaders.(signed|encrypted)/.test(url)).length)
  `
  const { stdout, stderr } = await run(['--input-type=module', '-e', program], { nodeArgs: [] })
  assert.is(stderr, '')
  assert.is(stdout, 'false\nfalse\n2\n')
})

test.run()
