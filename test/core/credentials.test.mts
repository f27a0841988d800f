import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { credentialsFor, redact } from '../../core/resource/credentials/credentials.mts'
import { configureHeaders } from '../../core/resource/credentials/origin-headers.mts'
import { denied, passed } from '../threats/record.mts'
import { learnField } from '../../core/resource/credentials/secrets.mts'
import { rejects } from '../support/rejects.mts'

const test = suite('credentials')

const before = { ...process.env }
test.before.each(() => {
  process.env = { ...before }
  delete process.env['MIMEPORT_AUTH_TOKENS']
  configureHeaders({}, '')
})
test.after(() => {
  process.env = before
})

const tokens = (text: string) => (process.env['MIMEPORT_AUTH_TOKENS'] = text)
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (pair: string) => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
})

test('without a configuration nothing is sent', () => {
  assert.equal(credentialsFor('https://host/x'), {})
})

test('a token is for one host, by https, at its port', () => {
  tokens('canary-token@api.example')
  assert.equal(credentialsFor('https://api.example/x?y'), bearer('canary-token'))
  assert.equal(credentialsFor('https://API.example:443/'), bearer('canary-token'))
  for (const other of [
    'https://api.example:8443/',
    'https://example/',
    'https://sub.api.example/',
    'https://api.example.evil.test/',
    'https://evil-api.example/',
    'https://api.example./',
    'http://api.example/',
    'http://api.example:443/',
    'https://evil.test/@api.example',
    'https://evil.test/?api.example',
  ]) {
    assert.equal(credentialsFor(other), {}, other)
  }
})

test('a port is named where it is not 443', () => {
  tokens('one-token@host:8443;two-token@host;three-token@host:0080')
  assert.equal(credentialsFor('https://host:8443/'), bearer('one-token'))
  assert.equal(credentialsFor('https://host/'), bearer('two-token'))
  assert.equal(credentialsFor('https://host:80/'), bearer('three-token'))
  assert.equal(credentialsFor('https://host:81/'), {})
})

test('http of this machine is sent a token whose entry names the port', () => {
  tokens('local-token@localhost:8080;other-token@127.0.0.1;six-token@[::1]:80')
  assert.equal(credentialsFor('http://localhost:8080/'), bearer('local-token'))
  assert.equal(credentialsFor('https://localhost:8080/'), bearer('local-token'))
  assert.equal(credentialsFor('http://127.0.0.1:443/'), {})
  assert.equal(credentialsFor('http://127.0.0.1/'), {})
  assert.equal(credentialsFor('https://127.0.0.1/'), bearer('other-token'))
  assert.equal(credentialsFor('http://[::1]/'), bearer('six-token'))
})

test('what has a colon is a user and a password, which may have more of everything but semicolons', () => {
  tokens('user:p@ss:wörd=;@host; token_2@b.example ;;')
  assert.throws(() => credentialsFor('https://host/'), /its entry 1 has no host/)
  tokens('user:p@ss:wörd=@host; token_2@b.example ;;')
  assert.equal(credentialsFor('https://host/'), basic('user:p@ss:wörd='))
  assert.equal(credentialsFor('https://b.example/'), bearer('token_2'))
})

test('a dot in front means what is below the host, at the boundary of a label', () => {
  tokens('wide-token@.example.test;near-token@.a.example.test;own-token@x.a.example.test')
  assert.equal(credentialsFor('https://b.example.test/'), bearer('wide-token'))
  assert.equal(credentialsFor('https://b.c.example.test/'), bearer('wide-token'))
  assert.equal(credentialsFor('https://y.a.example.test/'), bearer('near-token'))
  assert.equal(credentialsFor('https://x.a.example.test/'), bearer('own-token'))
  assert.equal(credentialsFor('https://example.test/'), {})
  assert.equal(credentialsFor('https://evilexample.test/'), {})
})

test('a name is compared as URLs have it', () => {
  tokens('idn-token@BÜCHER.example;number-token@0x7f.1:9000')
  assert.equal(credentialsFor('https://xn--bcher-kva.example/'), bearer('idn-token'))
  assert.equal(credentialsFor('http://127.0.0.1:9000/'), bearer('number-token'))
})

test('an entry that cannot be used is refused by its number, and never shown', async () => {
  for (const [text, reason] of [
    ['canary', 'names no host'],
    ['ok-token@a;canary', 'its entry 2 names no host'],
    ['@host', 'has no token'],
    ['canary@', 'has no host'],
    ['canary@host/path', 'has no host'],
    ['canary@host:99999', 'has no host'],
    ['canary@host:x', 'has no host'],
    ['canary@.1.2.3.4', 'has no host'],
    ['canary@a b', 'has no host'],
    ['canary two@host', 'has characters that no token has'],
    ['canäry@host', 'has characters that no token has'],
    ['canary:\u0000@host', 'has a control character'],
    ['canary:a\r\nx: y@host', 'has a control character'],
    ['canary-1@host;canary-2@host:443', "is the second one for 'host:443'"],
  ] as const) {
    tokens(text)
    const error = await rejects(async () => credentialsFor('https://z/'), 'ERR_MIMEPORT_CONFIG')
    assert.match(error.message, "Cannot use the environment's 'MIMEPORT_AUTH_TOKENS': its entry ")
    assert.ok(error.message.includes(reason), `${text}: ${error.message}`)
    assert.not.match(error.message, /can.ry/)
  }
})

test('fields of the configuration are for one origin, and go before tokens', () => {
  tokens('a-token@api.example')
  const fields = { 'X-Api-Key': 'key-canary', Accept: 'x/y' }
  configureHeaders(
    {
      'https://api.example': fields,
      'https://b.example:443': { Authorization: 'Bearer b' },
      'http://localhost:8080': { cookie: 'a=b' },
    },
    'mimeport.json',
  )
  assert.equal(credentialsFor('https://api.example/x'), {
    ...bearer('a-token'),
    'x-api-key': 'key-canary',
    accept: 'x/y',
  })
  assert.equal(credentialsFor('https://b.example/'), bearer('b'))
  assert.equal(credentialsFor('http://localhost:8080/'), { cookie: 'a=b' })
  for (const other of [
    'https://api.example:8443/',
    'https://sub.api.example/',
    'http://api.example/',
    'https://localhost:8080/',
    'http://localhost/',
  ]) {
    assert.equal(credentialsFor(other), {}, other)
  }
  configureHeaders({ 'https://api.example': { authorization: 'Bearer own' } }, '')
  assert.equal(credentialsFor('https://api.example/'), bearer('own'))
})

test('variables of the environment are put in, and two dollars are one', () => {
  Object.assign(process.env, { TOKEN: ' tok-canary\n', OTHER_1: '$TOKEN' })
  const value = 'Bearer $TOKEN ${TOKEN}x $$TOKEN $OTHER_1 $$$TOKEN'
  configureHeaders({ 'https://h.test': { a: value } }, '')
  assert.equal(credentialsFor('https://h.test/'), {
    a: 'Bearer tok-canary tok-canaryx $TOKEN $TOKEN $tok-canary',
  })
})

test('a variable that is not set is an error at first use that names field and variable', async () => {
  process.env['EMPTY'] = ' '
  for (const [value, name] of [
    ['$UNSET_VARIABLE', 'UNSET_VARIABLE'],
    ['x ${EMPTY}', 'EMPTY'],
  ] as const) {
    configureHeaders({ 'https://h.test': { 'X-Key': value } }, '/project/mimeport.json')
    assert.equal(credentialsFor('https://other.test/'), {})
    const error = await rejects(
      async () => credentialsFor('https://h.test/'),
      'ERR_MIMEPORT_CONFIG',
    )
    assert.is(
      error.message,
      `Cannot use the configuration '/project/mimeport.json': 'X-Key' in the 'headers' of 'https://h.test' needs the environment's '${name}', which is not set, or is empty`,
    )
  }
})

test('a variable with characters that no field has is refused, and not shown', async () => {
  configureHeaders({ 'https://h.test': { 'x-key': '$ODD' } }, 'c')
  for (const odd of ['canary\r\nx-evil: 1', 'can\u0007ary', 'canäry', 'canary\nx']) {
    process.env['ODD'] = odd
    const error = await rejects(
      async () => credentialsFor('https://h.test/'),
      'ERR_MIMEPORT_CONFIG',
    )
    assert.match(error.message, /takes the environment's 'ODD', which has characters/)
    assert.not.match(error.message, /can.*ry/)
  }
})

test('what was sent is hidden, in each form in which it may come back', () => {
  tokens('hidden-token@a.test;user:pass/word"1@b.test')
  process.env['FIELD'] = 'field-secret'
  const fields = {
    'x-api-key': 'literal-key',
    cookie: 'session-cookie',
    'x-any': 'id=$FIELD',
    'accept-language': 'klingon',
  }
  configureHeaders({ 'https://c.test': fields }, '')
  for (const host of ['a', 'b', 'c']) credentialsFor(`https://${host}.test/`)
  learnField('token ghp_other')
  const encoded = Buffer.from('user:pass/word"1').toString('base64')
  const shown = redact(
    [
      'Bearer hidden-token',
      `Basic ${encoded}`,
      encodeURIComponent(encoded),
      'pass/word"1',
      'pass%2Fword%221',
      JSON.stringify('pass/word"1'),
      'literal-key session-cookie id=field-secret field-secret',
      'ghp_other',
      'klingon',
    ].join('\n'),
  )
  assert.is(shown, '***\n***\n***\n***\n***\n"***"\n*** *** *** ***\n***\nklingon')
})

// Found by test/fuzz/targets/auth-tokens.mts.
test('a dot in disguise makes no entry for all below a name', async () => {
  for (const host of ['%2eexample.test', '\u3002example.test', '%2Eexample.test:8443']) {
    tokens(`canary-token@${host}`)
    const ask = () => credentialsFor('https://a.example.test/')
    const error = await rejects(ask, 'ERR_MIMEPORT_CONFIG')
    assert.not.match(error.message, 'canary')
    denied('T11', 'a host that begins with a dot in disguise')
  }
  tokens('canary-token@.example.test')
  assert.equal(credentialsFor('https://a.example.test/'), { authorization: 'Bearer canary-token' })
  passed('T11', 'a dot that is written')
})

// Found by test/fuzz/targets/grant.mts.
test('what every object has is no variable of the environment', async () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    configureHeaders({ 'https://api.example': { 'x-a': `$${name}` } }, 'mimeport.json')
    const error = await rejects(() => credentialsFor('https://api.example/'), 'ERR_MIMEPORT_CONFIG')
    assert.match(error.message, `needs the environment's '${name}', which is not set`)
    denied('T22', `$${name}`)
  }
  process.env['constructor'] = 'set-by-somebody'
  configureHeaders({ 'https://api.example': { 'x-a': '$constructor' } }, 'mimeport.json')
  assert.is(credentialsFor('https://api.example/')['x-a'], 'set-by-somebody')
  passed('T22', 'a variable of such a name that is set')
  delete process.env['constructor']
})

test('a secret that is no well-formed Unicode is hidden, too', () => {
  learnField('token half-a-\ud800-pair')
  assert.is(redact('it says half-a-\ud800-pair'), 'it says ***')
})

test('a secret in another is hidden whole, and a short one is left', () => {
  for (const field of ['prefix-1', 'prefix-1-and-more', 'abc', '']) learnField(field)
  assert.is(redact('prefix-1-and-more prefix-1 abc'), '*** *** abc')
})

test.run()
