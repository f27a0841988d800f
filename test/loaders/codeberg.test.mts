import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { name, resolve, schemes } from '../../loaders/codeberg/codeberg.mts'
import { startGitHub } from '../support/github.mts'
import { rejects } from '../support/rejects.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('codeberg')

const canary = 'canary0123456789abcdef'
let codeberg: GitHub
let main: string
let past: string

const files = {
  'index.mjs': "export { x } from './lib/x.ts'\nexport const url = import.meta.url\n",
  'lib/x.ts': "import { y } from '/y.mjs'\nexport const x: string = `x${y}`\n",
  'y.mjs': "export const y = 'y'\n",
  'odd é@1.mjs': 'odd',
  'v1/x.mjs': 'a folder',
}

test.before(async () => {
  process.env['MIMEPORT_CACHE'] = 'off'
  codeberg = await startGitHub({
    host: 'codeberg',
    repos: {
      'own.er/re.po': {
        files,
        branches: { 'feature/x': { 'index.mjs': 'feature/x' } },
        tags: { v1: { of: 'feature/x', message: 'One\n' } },
      },
    },
    renamed: { 'former/name': 'own.er/re.po' },
  })
  main = await codeberg.commit('main')
  past = await codeberg.push({ 'index.mjs': 'past' }, 'moving')
  await codeberg.push({ 'index.mjs': 'now' }, 'moving')
})
test.before.each(async () => {
  forgetRefs()
  Object.assign(process.env, codeberg.env)
  delete process.env['CODEBERG_TOKEN']
  await codeberg.requireToken(undefined)
})
test.after(() => codeberg.stop())

/** Follows redirects as the framework does. */
async function load(specifier: string): Promise<{ specifier: string; text: string }> {
  for (let at = specifier; ;) {
    const answer = await resolve(at)
    assert.ok(answer)
    const { location } = answer.headers as Record<string, string>
    if (location === undefined)
      return { specifier: at, text: Buffer.from(answer.body as Uint8Array).toString() }
    at = location
  }
}

test('it is called codeberg and answers for codeberg: alone', async () => {
  assert.is(name, 'codeberg')
  assert.equal(schemes, ['codeberg:'])
  assert.is(await resolve('github:o/r/x'), false)
})

test('every form leads to the commit, and to files by it', async () => {
  const feature = await codeberg.commit('feature/x')
  const at = (id: string, path: string) => `codeberg:own.er/re.po@${id}/${path}`
  const table: [string, string, string][] = [
    ['/y.mjs', at(main, 'y.mjs'), files['y.mjs']],
    ['@main/y.mjs', at(main, 'y.mjs'), files['y.mjs']],
    ['@feature/x/index.mjs', at(feature, 'index.mjs'), 'feature/x'],
    ['/index.mjs#feature/x', at(feature, 'index.mjs'), 'feature/x'],
    ['@v1/index.mjs', at(feature, 'index.mjs'), 'feature/x'],
    [`@${main.slice(0, 7)}/y.mjs`, at(main, 'y.mjs'), files['y.mjs']],
    [`@${past.slice(0, 7)}/index.mjs`, at(past, 'index.mjs'), 'past'],
    ['/odd%20%C3%A9@1.mjs', at(main, 'odd%20%C3%A9@1.mjs'), 'odd'],
    // There is no older form.
    ['/v1/x.mjs', at(main, 'v1/x.mjs'), 'a folder'],
  ]
  for (const [rest, specifier, text] of table) {
    assert.equal(await load(`codeberg:own.er/re.po${rest}`), { specifier, text }, rest)
  }
  assert.ok(
    (await codeberg.requests()).some(({ url }) => url === `/own.er/re.po/raw/commit/${main}/y.mjs`),
  )
  await rejects(load('codeberg:own.er/re.po/v1/index.mjs'), 'ERR_MODULE_NOT_FOUND')
})

test('a token goes to git as a password, and to files as a token', async () => {
  await codeberg.requireToken(canary)
  process.env['CODEBERG_TOKEN'] = canary
  const before = (await codeberg.requests()).length
  assert.is((await load('codeberg:own.er/re.po/y.mjs')).text, files['y.mjs'])
  const sent = (await codeberg.requests())
    .slice(before)
    .map(({ headers }) => headers['authorization'])
  const basic = `Basic ${btoa(`oauth2:${canary}`)}`
  assert.equal(sent, [basic, basic, `token ${canary}`])
})

test('a private repository is not there for others', async () => {
  await codeberg.requireToken(canary)
  for (const form of ['/y.mjs', `@${main}/y.mjs`]) {
    const error = await rejects(resolve(`codeberg:own.er/re.po${form}`), 'ERR_MODULE_NOT_FOUND')
    assert.match(error.message, /no token was sent: if it is private, set CODEBERG_TOKEN$/)
  }
  // A host that shows nothing to strangers sends them to its door.
  await codeberg.answer(`/own.er/re.po/raw/commit/${main}/y.mjs`, {
    status: 303,
    headers: { location: '/user/login' },
  })
  const sent = resolve(`codeberg:own.er/re.po@${main}/y.mjs`)
  assert.match((await rejects(sent, 'ERR_MODULE_NOT_FOUND')).message, /set CODEBERG_TOKEN$/)
  await codeberg.answer(`/own.er/re.po/raw/commit/${main}/y.mjs`, undefined)
})

test('a repository that was renamed is known by its name', async () => {
  const specifier = `codeberg:own.er/re.po@${main}/y.mjs`
  const text = files['y.mjs']
  assert.equal(await load('codeberg:former/name/y.mjs'), { specifier, text })
  assert.equal(await load(`codeberg:former/name@${main}/y.mjs`), { specifier, text })
})

test('where git is silent, the default branch comes as it is', async () => {
  const info = '/own.er/re.po.git/info/refs'
  await codeberg.answer(info, { status: 502 })
  const specifier = 'codeberg:own.er/re.po@HEAD/y.mjs'
  assert.equal(await load('codeberg:own.er/re.po/y.mjs'), { specifier, text: files['y.mjs'] })
  await codeberg.answer(info, undefined)
})

test('a program runs, in one repository and with others', async () => {
  const project = makeProject({
    'main.mjs': "import { x, url } from 'codeberg:own.er/re.po/index.mjs'\nconsole.log(x, url)\n",
  })
  try {
    const { stdout, stderr } = await run(['main.mjs'], { cwd: project.path, env: codeberg.env })
    assert.is(stderr, '')
    assert.is(stdout, `xy codeberg://own.er/re.po@${main}/index.mjs\n`)
  } finally {
    project.remove()
  }
})

test.run()
