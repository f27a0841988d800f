/**
 * T12: a whole program with a secret in each place that can hold one, failures of each kind, and all that can be logged.
 * Nothing that it prints, and no file that is written, has one of them, in whatever form.
 */

import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encrypted, signBytes, signed } from '../support/signer.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { startWire } from '../support/wire-server.mts'
import { denied, leak, passed } from './record.mts'
import { createSecretKey } from 'node:crypto'
import type { RecordedRequest, RouteAnswer, TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'
import type { WireServer } from '../support/wire-server.mts'

const test = suite('threats: secrets')

/** Where it is → the secret: no two alike, so that a hit says whose it is; with characters that are encoded somewhere. */
const secrets = {
  github: 'ghp-C4n4ry/+Gh1"=x',
  gitlab: 'glpat-C4n4ry/+Gl2"=x',
  codeberg: 'cb-C4n4ry/+Cb3"=x',
  bearer: 'bearer-C4n4ry/+Br4"=x',
  basic: 'pass:C4n4ry/+Ba5"=é',
  header: 'header-C4n4ry/+Hd6"=x',
  proxy: 'proxy-C4n4ry+Px7!x',
  userInfo: 'user-C4n4ry+Ui8!x',
  token: 'query-C4n4ry+Qt9!x',
  signature: 'query-C4n4ry+Qs0!x',
  location: 'location-C4n4ry+Lc1!x',
  signing: Buffer.from('signing-C4n4ry-Sg2-of-32-bytes!!').toString('base64url'),
  encryption: Buffer.from('enc-C4n4ry-En3!!').toString('base64url'),
} as const

type Place = keyof typeof secrets

/** The forms in which somebody would look for it who found a dump: as it is, and encoded. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  // Base64 of a text that has it somewhere: the characters that no neighbour changes.
  const within = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return text.slice(Math.ceil((shift * 4) / 3) + (shift === 0 ? 0 : 1), -4)
  })
  const percent = (upper: boolean) =>
    [...bytes]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .map((hex) => `%${upper ? hex.toUpperCase() : hex}`)
      .join('')
  return [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll("'", '%27').replaceAll('!', '%21'),
    JSON.stringify(secret).slice(1, -1),
    ...within,
    ...within.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    percent(true),
    percent(false),
    bytes.toString('latin1'),
    bytes.toString('utf16le'),
  ]
}

const all = (Object.entries(secrets) as [Place, string][]).map(
  ([place, secret]) => [place, [...new Set(formsOf(secret))]] as const,
)

/** The places whose secret is in a text, and in which form. */
function found(text: string): string[] {
  return all.flatMap(([place, forms]) => {
    const form = forms.find((each) => text.includes(each))
    return form === undefined ? [] : [`${place}: ${JSON.stringify(form)}`]
  })
}

/** Every file below a folder, as bytes of latin1 and as text. */
function filesIn(folder: string): [name: string, content: string][] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => {
      const bytes = readFileSync(join(folder, name))
      return [name, `${name}\n${bytes.toString('latin1')}\n${bytes.toString()}`]
    })
}

/** Imports one after another, and shows whole errors; what ends the program is shown by Node. */
const program = `
  import { inspect } from 'node:util'
  const specifiers = JSON.parse(process.env.SPECIFIERS)
  for (const [index, specifier] of specifiers.entries()) {
    try {
      const module = await import(specifier)
      console.log(index, 'has', Object.keys(module).join())
    } catch (error) {
      console.log(index, error.code, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error))
    }
  }
  if (process.env.LAST) await import(process.env.LAST)
`

interface Context {
  home: TestServer
  other: TestServer
  git: TestServer
  sealed: TestServer
  proxy: WireServer
  project: Project
}

let context: Context

test.before(async () => {
  const [home, other, git, sealed, proxy] = await Promise.all([
    startServer(),
    startServer(),
    startServer(),
    startServer(),
    startWire('proxy', { status: 407 }),
  ])
  const project = makeProject({ 'app.mjs': program, 'mimeport.lock': '{\n  "version": 1\n}\n' })
  for (const folder of ['tmp', 'home', 'cache']) mkdirSync(join(project.path, folder))
  context = { home, other, git, sealed, proxy, project }
})
test.after(async () => {
  const { home, other, git, sealed, proxy, project } = context
  project.remove()
  await Promise.all([home, other, git, sealed, proxy].map((server) => server.stop()))
})

const js = { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' }

/** What a server says that repeats all it was sent, in whatever way it can go wrong. */
function wrongs(echo: string): Record<string, RouteAnswer> {
  const said = { 'x-echo': echo, 'www-authenticate': `Bearer realm="${echo.replaceAll('"', "'")}"` }
  return {
    '/ok.mjs': { headers: js, body: 'export const ok = 1' },
    '/parent.mjs': { headers: js, body: "import './404.mjs'" },
    '/401.mjs': { status: 401, headers: said, body: echo },
    '/403.mjs': {
      status: 403,
      headers: { ...said, 'content-type': 'text/html' },
      body: `<title>${echo}</title>`,
    },
    '/404.mjs': { status: 404, headers: { ...said, 'cache-control': 'max-age=60' }, body: echo },
    '/410.mjs': { status: 410, body: echo },
    '/429.mjs': { status: 429, headers: { ...said, 'retry-after': '100' }, body: echo },
    '/500.mjs': { status: 500, headers: said, body: echo },
    '/garbage.mjs': { raw: `HTTP/1.1 200 OK\r\n${echo}\r\n\r\n` },
    '/cut.mjs': { headers: js, body: `// ${echo}`, cutAfter: 3 },
    '/reset.mjs': { hangUp: 'reset' },
    '/hang.mjs': { hang: 'headers' },
    '/type': { headers: { 'content-type': 'application/x-unknown' }, body: echo },
    '/charset.txt': { headers: { 'content-type': 'text/plain; charset=none-such' }, body: echo },
    '/coding.mjs': { headers: { ...js, 'content-encoding': 'gzip' }, body: echo },
    '/syntax.jsonc': { headers: { 'content-type': 'application/jsonc' }, body: `{ "a": ${echo} }` },
    '/large.mjs': { headers: js, body: echo.padEnd(60_000) },
    '/loop': { status: 302, headers: { location: '/loop' } },
    '/down': { status: 302, headers: { location: 'file:///etc/passwd' } },
    '/away': { status: 302, headers: { location: 'https://unlisted.example/' } },
  }
}

const withQuery = (url: string, more = '') =>
  `${url}?token=${encodeURIComponent(secrets.token)}&X-Amz-Signature=${encodeURIComponent(secrets.signature)}${more}`

/** What the program imports. */
function specifiersOf({ home, other, git, sealed }: Context): string[] {
  const names = Object.keys(wrongs('')).filter((name) => name !== '/hang.mjs')
  const { host } = new URL(home.url)
  return [
    ...[home, other].flatMap(({ url }) => names.map((name) => url + name)),
    `${home.url}/hang.mjs`,
    ...names.map((name) => withQuery(home.url + name)),
    withQuery(`${home.url}/moved.mjs`),
    `${home.url}/signed-url.mjs`,
    `${home.url}/signed-url-lost.mjs`,
    `http://user:${encodeURIComponent(secrets.userInfo)}@${host}/ok.mjs`,
    `http://user:${encodeURIComponent(secrets.userInfo)}@${host}:x/no-url.mjs`,
    'github:owner/repo/x.mjs',
    'gitlab:owner/repo/x.mjs',
    'codeberg:owner/repo/x.mjs',
    `github:owner/repo@${'a'.repeat(40)}/x.mjs`,
    `${git.url}/ok.mjs`,
    'https://behind-a-proxy.example/x.mjs',
    ...['good', 'wrong', 'unsigned', 'plain'].map((name) => `${sealed.url}/${name}.mjs`),
    ...['cipher', 'broken'].map((name) => `${other.url}/${name}.mjs`),
  ]
}

async function serve({ home, other, git, sealed }: Context): Promise<void> {
  const basic = Buffer.from(`someone:${secrets.basic}`).toString('base64')
  const latin = (text: string) => text.replace(/[^\x20-\x7e]/g, '?')
  const query = `${secrets.token} ${secrets.signature}`
  await home.set({
    ...wrongs(latin(`Bearer ${secrets.bearer} ${secrets.header}`)),
    '/moved.mjs': { status: 302, headers: { location: withQuery('/ok.mjs', '&moved') } },
    // A store's signed URL: the secret comes from the server.
    '/signed-url.mjs': {
      status: 302,
      headers: { location: `/ok.mjs?sig=${encodeURIComponent(secrets.location)}` },
    },
    '/signed-url-lost.mjs': {
      status: 302,
      headers: { location: `/410.mjs?sig=${encodeURIComponent(secrets.location)}` },
    },
    '*': { status: 404, body: latin(query) },
  })
  const key = Buffer.from(secrets.encryption, 'base64url')
  const cipher = { ...js, 'content-encoding': 'aes128gcm' }
  const body = encrypted('export const cipher = 1', { key })
  await other.set({
    ...wrongs(latin(`Basic ${basic} ${secrets.basic}`)),
    '/cipher.mjs': { headers: cipher, body },
    '/broken.mjs': { headers: cipher, body: body.subarray(0, -2) },
  })
  const git401 = { status: 401, body: `${secrets.github} ${secrets.gitlab} ${secrets.codeberg}` }
  await git.set('*', git401)
  const signer = {
    id: 'k',
    algorithm: 'hmac-sha256',
    key: createSecretKey(Buffer.from(secrets.signing, 'base64url')),
  }
  assert.is(signBytes(signer, Buffer.from('x')).length, 32)
  const answer = (name: string) =>
    signed({ url: `${sealed.url}/${name}.mjs`, headers: js, body: 'export const good = 1', signer })
  await sealed.set({
    '/good.mjs': answer('good'),
    '/wrong.mjs': { ...answer('wrong'), body: `// ${secrets.signing}` },
    '/unsigned.mjs': { headers: js, body: `// ${secrets.signing}` },
    '/plain.mjs': { ...answer('other'), body: 'x' },
  })
}

function configurationOf({ home, other, git, sealed }: Context): object {
  return {
    allow: ['default', 'https://behind-a-proxy.example/', git.url],
    limits: { tries: 1, body: 50_000 },
    timeout: { total: 8000, headers: 3000, idle: 3000 },
    headers: { [home.url]: { 'X-API-Key': '$HEADER_SECRET', Cookie: 'session=${HEADER_SECRET}' } },
    signatures: {
      [sealed.url]: { keys: { k: { key: '$SIGNING_KEY', algorithm: 'hmac-sha256' } } },
    },
    encryption: {},
    ...(other.url === '' ? {} : {}),
  }
}

function environmentOf({ home, other, git, project, proxy }: Context): Record<string, string> {
  const at = (folder: string) => join(project.path, folder)
  const host = (server: TestServer) => new URL(server.url).host
  return {
    GITHUB_TOKEN: secrets.github,
    GITLAB_TOKEN: secrets.gitlab,
    CODEBERG_TOKEN: secrets.codeberg,
    MIMEPORT_GITHUB_URL: git.url,
    MIMEPORT_GITHUB_RAW_URL: git.url,
    MIMEPORT_GITLAB_URL: git.url,
    MIMEPORT_CODEBERG_URL: git.url,
    MIMEPORT_AUTH_TOKENS: `${secrets.bearer}@${host(home)};someone:${secrets.basic}@${host(other)}`,
    HEADER_SECRET: secrets.header,
    SIGNING_KEY: secrets.signing,
    ENCRYPTION_KEY: secrets.encryption,
    https_proxy: `http://someone:${encodeURIComponent(secrets.proxy)}@localhost:${proxy.port}`,
    no_proxy: '',
    MIMEPORT_CACHE: at('cache'),
    // Node's own cache of compiled modules names them by their URLs: SECURITY.md, known limits.
    NODE_COMPILE_CACHE: '',
    NODE_DISABLE_COMPILE_CACHE: '1',
    TMPDIR: at('tmp'),
    HOME: at('home'),
    CI: '',
  }
}

const start = (env: Readonly<Record<string, string>>, last = ''): Promise<Run> =>
  run(['app.mjs'], {
    cwd: context.project.path,
    env: {
      ...environmentOf(context),
      SPECIFIERS: JSON.stringify(specifiersOf(context)),
      LAST: last,
      ...env,
    },
    timeout: 100_000,
  })

const holds = (requests: readonly RecordedRequest[], text: string) =>
  requests.some(({ url, rawHeaders }) => `${url}\n${rawHeaders.join('\n')}`.includes(text))

test('what looks for secrets finds each of them, in each form', () => {
  for (const [place, forms] of all) {
    const secret = secrets[place]
    for (const text of [
      `a ${secret} b`,
      Buffer.from(`ab${secret}c`).toString('base64'),
      Buffer.from(`abc:${secret}`).toString('base64url'),
      Buffer.from(`x${secret}`).toString('hex'),
      JSON.stringify({ a: secret }),
      `https://a.example/?x=${encodeURIComponent(secret)}`,
    ]) {
      assert.ok(
        found(text).some((hit) => hit.startsWith(`${place}:`)),
        `${place} in ${text} (${forms.join(' ')})`,
      )
    }
  }
  assert.equal(found('nothing of the kind'), [])
})

test('a whole program with a secret everywhere prints none and writes none', async () => {
  const { home, other, git, sealed, proxy, project } = context
  await serve(context)
  const configuration = configurationOf(context)
  Object.assign(configuration, {
    encryption: { [`${other.url.replace('127.0.0.1', 'localhost')}`]: { '': '$ENCRYPTION_KEY' } },
  })
  project.write({ 'mimeport.json': JSON.stringify(configuration) })
  const before = new Set(filesIn(project.path).flatMap(([, content]) => found(content)))
  assert.equal([...before], [], 'the project itself names variables alone')

  const sealedPlace = `${other.url.replace('127.0.0.1', 'localhost')}`
  const more = JSON.stringify([
    ...specifiersOf(context),
    `${sealedPlace}/cipher.mjs`,
    `${sealedPlace}/broken.mjs`,
    `${sealedPlace}/ok.mjs`,
  ])
  const last = withQuery(`${home.url}/404.mjs`)
  const ways: readonly (readonly [Record<string, string>, string])[] = [
    [{ MIMEPORT_LOG: 'debug' }, last],
    [{ MIMEPORT_LOG: 'json' }, `${home.url}/401.mjs`],
    [{ MIMEPORT_OFFLINE: '1', MIMEPORT_LOG: 'debug' }, last],
    [{ MIMEPORT_FROZEN: '1' }, last],
  ]
  let tried = 0
  for (const [env, uncaught] of ways) {
    const { stdout, stderr, status } = await start({ SPECIFIERS: more, ...env }, uncaught)
    assert.is(status, 1, 'the last import ends the program')
    assert.match(stdout, /^0 has ok$/m)
    const lines = stdout.match(/^\d+ (?:has|ERR_)/gm) ?? []
    assert.ok(lines.length >= specifiersOf(context).length, stdout)
    leak('T12', found(stdout).length, `what is printed: ${found(stdout).join(', ')}`)
    leak('T12', found(stderr).length, `what is logged: ${found(stderr).join(', ')}`)
    tried += lines.length
  }
  denied('T12', 'a failure that would tell one', tried)

  // The command line, which writes bodies and their fields into the project.
  const named = [
    `${home.url}/ok.mjs`,
    withQuery(`${home.url}/ok.mjs`),
    `${home.url}/signed-url.mjs`,
  ]
  project.write({
    'own/package.json': '{}',
    'own/mimeport.json': JSON.stringify(configuration),
  })
  const cwd = join(project.path, 'own')
  const cli = new URL('../../cli/mimeport.mts', import.meta.url).pathname
  const env = { ...environmentOf(context), MIMEPORT_LOG: 'debug' }
  const vendored = await run([cli, 'vendor', ...named], { cwd, env, nodeArgs: [] })
  const failing = [withQuery(`${home.url}/404.mjs`), `${home.url}/signed-url-lost.mjs`]
  const lost = await run([cli, 'lock', ...failing], { cwd, env, nodeArgs: [] })
  assert.is(vendored.status, 0, vendored.stderr)
  assert.is(lost.status, 1, lost.stdout)
  for (const { stdout, stderr } of [vendored, lost]) {
    leak('T12', found(stdout + stderr).length, `what the command line says: ${stdout}${stderr}`)
  }
  assert.match(readFileSync(join(cwd, 'mimeport_modules/index.json'), 'utf8'), 'ok.mjs')

  for (const [name, content] of filesIn(project.path)) {
    leak('T12', found(content).length, `the file ${name}: ${found(content).join(', ')}`)
  }
  const written = filesIn(project.path).map(([name]) => name)
  assert.ok(
    written.some((name) => /^cache.responses.[0-9a-f]{64}$/.test(name)),
    'there is a cache',
  )
  const lock = readFileSync(join(project.path, 'mimeport.lock'), 'utf8')
  assert.match(lock, '/ok.mjs"')

  // The controls: each was sent, to where it belongs.
  const [toHome, toOther, toGit] = await Promise.all(
    [home, other, git].map((server) => server.requests()),
  )
  const base64 = (user: string, password: string) =>
    Buffer.from(`${user}:${password}`).toString('base64')
  const controls: Readonly<Record<string, boolean>> = {
    bearer: holds(toHome!, `Bearer ${secrets.bearer}`),
    header: holds(toHome!, secrets.header),
    token: holds(toHome!, encodeURIComponent(secrets.token)),
    location: holds(toHome!, encodeURIComponent(secrets.location)),
    basic: holds(toOther!, base64('someone', secrets.basic)),
    github: holds(toGit!, base64('x-access-token', secrets.github)),
    gitlab: holds(toGit!, base64('oauth2', secrets.gitlab)),
    codeberg: toGit!.some(({ rawHeaders }) =>
      rawHeaders.some(
        (each) =>
          each.includes(secrets.codeberg) ||
          Buffer.from(each.replace(/^\S+ /, ''), 'base64').includes(secrets.codeberg),
      ),
    ),
    proxy: (await proxy.seen()).some((each) => each.includes(base64('someone', secrets.proxy))),
  }
  for (const [place, isSent] of Object.entries(controls)) {
    assert.ok(isSent, `${place} is sent`)
    passed('T12', `${place} is sent to where it belongs`)
  }
  assert.ok((await sealed.requests()).length > 0)
})

test.run()
