/** `mimeport doctor`: what it sees of what surrounds a program, without a secret. */

import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inspectClock, judgeReached } from '../../cli/doctor/network.mts'
import { gitHosts } from '../../cli/doctor/git-hosts.mts'
import { host as codeberg } from '../../loaders/codeberg/codeberg.mts'
import { host as github } from '../../loaders/github/github.mts'
import { host as gitlab } from '../../loaders/gitlab/gitlab.mts'
import { cliPath, mimeport } from '../support/cli.mts'
import { ownFolder } from '../support/permissions.mts'
import { startServer } from '../support/server.mts'
import { makeProject, run } from '../support/spawn.mts'
import { makeCertificate } from '../faults/certificate.mts'
import type { Finding } from '../../core/inspection.mts'

const test = suite('mimeport doctor')

/** Variables of the machine that would be seen. */
const plain = Object.fromEntries(
  [
    'https_proxy',
    'HTTPS_PROXY',
    'http_proxy',
    'HTTP_PROXY',
    'no_proxy',
    'NO_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'NODE_USE_SYSTEM_CA',
    ...gitHosts.flatMap(({ tokens }) => tokens),
  ].map((name) => [name, undefined]),
)

const project = makeProject({})

async function look(
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
  cwd = project.path,
) {
  const { stdout, stderr, status } = await mimeport(['doctor', '--json', ...args], {
    cwd,
    env: { ...plain, ...env },
  })
  assert.is(stderr, '')
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] }
  assert.is(ok, status === 0)
  const of = (subject: string) => findings.filter((each) => each.subject === subject)
  const text = (subject: string) => of(subject).map(({ state, text }) => `${state} ${text}`)
  return { findings, of, text, status, stdout }
}

test('where all is well it says what is there, asks nobody, and writes nothing', async () => {
  const { findings, text, status } = await look()
  assert.is(status, 0, JSON.stringify(findings.filter(({ state }) => state === 'fault')))
  assert.match(text('node')[0]!, process.version)
  assert.match(text('esbuild')[0]!, /^ok \d+\.\d+\.\d+, its program runs$/)
  assert.match(text('oxc-transform')[0]!, /^ok installed|^note not installed/)
  assert.match(text('permissions')[0]!, `--allow-fs-read=${ownFolder}`)
  assert.match(text('configuration')[0]!, /^ok none/)
  assert.match(text('cache')[0]!, /^ok '/)
  assert.equal(text('proxy'), ['ok https: none', 'ok http: none, it goes to this machine alone'])
  assert.match(text('certificates').join(), /^ok Node's: [\d,]+ authorities are trusted$/)
  assert.equal(text('reach'), ["skipped 'mimeport doctor --network' asks the hosts"])
  assert.match(text('clock')[0]!, /^ok \d{4}-/)
  assert.equal(readdirSync(project.path), ['package.json'])
})

test('tokens and proxies are told by their names, and no secret is shown', async () => {
  const secret = 's3cret-value'
  const { text, stdout } = await look({
    GH_TOKEN: secret,
    MIMEPORT_AUTH_TOKENS: `${secret}@host.example`,
    https_proxy: `http://user:${secret}@proxy.example:8080`,
    NO_PROXY: 'localhost,.corp',
  })
  assert.not.ok(stdout.includes(secret))
  assert.equal(text('tokens'), ['ok GH_TOKEN, MIMEPORT_AUTH_TOKENS'])
  const proxy =
    'ok https: proxy.example:8080 (https_proxy), with credentials, but for localhost,.corp'
  assert.is(text('proxy')[0], proxy)
  const wrong = await look({ HTTPS_PROXY: `socks://${secret}@x` })
  assert.is(wrong.status, 1)
  assert.match(
    wrong.text('proxy')[0]!,
    /^fault https: the value of HTTPS_PROXY is no http: or https:/,
  )
  assert.not.ok(wrong.stdout.includes(secret))
  const headers = { 'https://a.example': { authorization: 'Bearer $$${GONE} $THERE' } }
  const unset = makeProject({ 'mimeport.json': JSON.stringify({ headers }) })
  const { of } = await look({ THERE: secret }, [], unset.path)
  assert.match(
    of('tokens')[1]!.text,
    /"headers" for https:\/\/a\.example has \$GONE, which is not set/,
  )
  assert.is(of('tokens').length, 2)
  unset.remove()
})

test('certificates: files that are missing, empty or right, and checks that are turned off', async () => {
  const { cert: certificate } = makeCertificate()
  project.write({ 'own.pem': certificate, 'empty.pem': 'nothing\n' })
  const at = (name: string) => ({ NODE_EXTRA_CA_CERTS: join(project.path, name) })
  assert.match((await look(at('own.pem'))).text('certificates').join(), /has 1 certificate$/)
  const empty = await look(at('empty.pem'))
  assert.is(empty.status, 1)
  assert.match(empty.text('certificates')[1]!, /^fault .*empty\.pem' has no certificate/)
  const script = ['--disable-warning=Warning', cliPath, 'doctor', '--json']
  const env = { ...plain, ...at('none.pem'), NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const { stdout } = await run(script, { cwd: project.path, env, nodeArgs: [] })
  assert.match(stdout, /none\.pem' cannot be used: .*ENOENT/)
  assert.match(stdout, /nobody looks who it is that answers/)
})

test('the cache: off, of others, not to be written, or no folder', async () => {
  const cache = (name: string) => ({ MIMEPORT_CACHE: join(project.path, name) })
  assert.match((await look({ MIMEPORT_CACHE: 'off' })).text('cache')[0]!, /^note off/)
  project.write({ file: '', 'full/responses/a/x': '1234567890' })
  chmodSync(join(project.path, 'full'), 0o700)
  assert.match((await look(cache('full'))).text('cache')[0]!, /^ok 'full': 1 file, 10 bytes$/)
  const late = await look(cache('a/b'))
  assert.match(late.text('cache')[0]!, /^ok 'a\/b', which is made when it is needed$/)
  const none = await look(cache('file/x'))
  assert.match(none.text('cache')[0]!, /^fault .*'file' is no folder$/)
  assert.is(none.status, 1)
  const open = join(project.path, 'open')
  mkdirSync(open)
  chmodSync(open, 0o777)
  const exposed = await look(cache('open'))
  assert.match(exposed.text('cache')[0]!, /^fault 'open' is not used: others may write to it/)
  assert.match(exposed.of('cache')[0]!.advice!, /chmod go-w/)
})

test('--network asks the hosts of the list, those of git by their variables, and compares clocks', async () => {
  const server = await startServer()
  const late = new Date(Date.now() - 3_600_000).toUTCString()
  await server.set({ '*': { status: 404, headers: { date: late } } })
  const config = JSON.stringify({ allow: ['github:', `${server.url}/lib/`, 'http://localhost:1/'] })
  const own = makeProject({ 'mimeport.json': config })
  const env = { MIMEPORT_GITHUB_URL: server.url, MIMEPORT_GITHUB_RAW_URL: server.url }
  try {
    const { text, status } = await look(env, ['--network'], own.path)
    assert.is(status, 1)
    const [first, second, ...rest] = text('reach')
    assert.match(first!, new RegExp(`^ok ${server.url} answers: 404, \\d+ ms$`))
    assert.match(second!, /^fault http:\/\/localhost:1 is not reached: .*refused|ECONNREFUSED/)
    assert.equal(rest, [])
    assert.match(text('clock')[0]!, /^fault .* is 3,[56]\d\d seconds ahead$/)
    const asked = (await server.requests()).map(({ url }) => url)
    assert.equal(asked, ['/robots.txt'], 'once, and without what is secret')
    const offline = await look({ ...env, MIMEPORT_OFFLINE: '1' }, ['--network'], own.path)
    assert.match(offline.text('reach')[0]!, /^skipped MIMEPORT_OFFLINE is set/)
    assert.is((await server.requests()).length, 1)
  } finally {
    own.remove()
    await server.stop()
  }
})

test('a configuration that cannot be used hides nothing else', async () => {
  const broken = makeProject({ 'mimeport.json': '{ "alow": [] }' })
  const { text, status } = await look({}, ['--network'], broken.path)
  assert.is(status, 1)
  assert.match(text('configuration')[0]!, /did you mean 'allow'\?/)
  assert.match(text('cache')[0]!, /^ok/)
  assert.match(text('reach')[0]!, /^skipped/)
  broken.remove()
})

test('a clock that is right is said to be, and the middle one of the hosts counts', () => {
  const now = Date.now()
  const answer = (off: number) => ({
    url: 'https://a.example/robots.txt',
    took: 1,
    statusCode: 200,
    date: new Date(now + off).toUTCString(),
  })
  const state = (...offs: number[]) => inspectClock(offs.map(answer)).state
  assert.is(state(0, 4 * 60_000, -4 * 60_000), 'ok')
  assert.is(state(0, 0, 9_000_000), 'ok')
  assert.is(state(6 * 60_000, 6 * 60_000, 0), 'fault')
  assert.is(inspectClock([{ ...answer(0), date: 'never' }]).state, 'ok')
  const [found] = judgeReached([{ ...answer(0), proxy: 'p.example:80 (https_proxy)' }])
  assert.match(found!.text, /answers through p\.example:80 \(https_proxy\): 200/)
})

test('what it knows of git hosts is what their loaders say', () => {
  assert.equal(
    gitHosts,
    [github, gitlab, codeberg].map(({ scheme, site, files, tokens }) => ({
      scheme,
      endpoints: Object.fromEntries(
        [site, files].flatMap((each) => (each ? [[each.variable, each.standard]] : [])),
      ),
      tokens,
    })),
  )
})

test.after(() => project.remove())
test.run()
