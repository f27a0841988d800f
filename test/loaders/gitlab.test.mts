import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forgetRefs } from '../../core/git-host/resolution.mts'
import { parseSpecifier } from '../../core/git-host/specifier.mts'
import { moduleURL } from '../../core/engine/module-url.mts'
import { host, name, resolve, resolveRelativePath, schemes } from '../../loaders/gitlab/gitlab.mts'
import { startGitHub } from '../support/github.mts'
import { rejects } from '../support/rejects.mts'
import { makeProject, run } from '../support/spawn.mts'
import type { GitHub } from '../support/github.mts'

const test = suite('gitlab')

const canary = 'glpat-canary0123456789'
const nested = 'group/sub-group/deep.er/project'
let gitlab: GitHub
let main: string
let past: string

const files = {
  'index.mjs': "export { x } from './lib/x.ts'\nexport const url = import.meta.url\n",
  'lib/x.ts': "import { y } from '/y.mjs'\nexport const x: string = `x${y}`\n",
  'y.mjs': "export const y = 'y'\n",
  'dir@2/-/odd é.mjs': 'odd',
  'throw.ts': "interface A {}\nthrow new Error('thrown')\n",
}

test.before(async () => {
  process.env['MIMEPORT_CACHE'] = 'off'
  gitlab = await startGitHub({
    host: 'gitlab',
    prefix: '/at%20work',
    repos: {
      [nested]: {
        files,
        branches: { 'feature/x': { 'index.mjs': 'feature/x' } },
        tags: { v1: { of: 'feature/x', message: 'One\n' } },
      },
      'group/project': { files: { 'index.mjs': 'flat', 'REF/x.mjs': 'a folder' } },
    },
    renamed: { 'former/place': nested },
  })
  main = await gitlab.commit('main')
  past = await gitlab.push({ 'index.mjs': 'past' }, 'moving')
  await gitlab.push({ 'index.mjs': 'now' }, 'moving')
})
test.before.each(async () => {
  forgetRefs()
  Object.assign(process.env, gitlab.env)
  delete process.env['GITLAB_TOKEN']
  await gitlab.requireToken(undefined)
})
test.after(() => gitlab.stop())

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

test('it is called gitlab and answers for gitlab: alone', async () => {
  assert.is(name, 'gitlab')
  assert.equal(schemes, ['gitlab:'])
  assert.is(await resolve('github:o/r/x'), false)
})

test('a repository ends at the first @, at a segment -, or after two names', () => {
  const table: [string, string, string, string][] = [
    ['g/p/a/b.mjs', 'g/p', 'default', 'a/b.mjs'],
    ['g/p@v1/b.mjs', 'g/p', 'leading', 'v1/b.mjs'],
    ['g/s/p@v1/b.mjs', 'g/s/p', 'leading', 'v1/b.mjs'],
    ['g/s/t/u/p@feature/x/b.mjs', 'g/s/t/u/p', 'leading', 'feature/x/b.mjs'],
    ['g/s/p/-/a/b.mjs', 'g/s/p', 'default', 'a/b.mjs'],
    ['g/p/-/a/b.mjs', 'g/p', 'default', 'a/b.mjs'],
    ['g/p/-/-/@x/b.mjs', 'g/p', 'default', '-/@x/b.mjs'],
    ['g/s/p/-/b.mjs#x/y', 'g/s/p', 'ref', 'b.mjs'],
    ['g/p/b.mjs#v1', 'g/p', 'ref', 'b.mjs'],
    ['g/p/a%402/b.mjs', 'g/p', 'default', 'a@2/b.mjs'],
    [`g/s/p@${'a'.repeat(40)}/-/@/b.mjs`, 'g/s/p', 'commit', '-/@/b.mjs'],
  ]
  for (const [rest, repository, kind, path] of table) {
    for (const start of ['gitlab:', 'gitlab://', 'GitLab:']) {
      const file = parseSpecifier(host, start + rest)
      assert.is(file?.repository, repository, rest)
      assert.is(file?.revision.kind, kind, rest)
      assert.is(file?.segments.join('/'), path, rest)
    }
  }
})

test('a malformed specifier is refused with the right forms', async () => {
  const malformed = ['', 'g', 'g/p', 'g/p/', 'g/-/x', '-/p/x', 'g/p@/x', 'g//p@v1/x', 'g/p.git/x']
  for (const rest of [
    ...malformed,
    'g/s/p@v1',
    'g/../p@v1/x',
    'a b/p/x',
    'g/p/-/',
    'g/p/-',
    '@v1/x',
  ]) {
    const error = await rejects(resolve(`gitlab:${rest}`), 'ERR_MIMEPORT_INVALID_SPECIFIER')
    assert.match(error.message, /write gitlab:group\/project\/path, gitlab:group\/sub\/project@ref/)
  }
})

test('every form leads to the commit', async () => {
  const feature = await gitlab.commit('feature/x')
  const flat = await gitlab.commit('main', 'group/project')
  const at = (id: string, path: string) => `gitlab:${nested}@${id}/${path}`
  const table: [string, string, string][] = [
    [`${nested}/-/y.mjs`, at(main, 'y.mjs'), files['y.mjs']],
    [`${nested}@main/y.mjs`, at(main, 'y.mjs'), files['y.mjs']],
    [`${nested}@HEAD/y.mjs`, at(main, 'y.mjs'), files['y.mjs']],
    [`${nested}@feature/x/index.mjs`, at(feature, 'index.mjs'), 'feature/x'],
    [`${nested}/-/index.mjs#feature/x`, at(feature, 'index.mjs'), 'feature/x'],
    [`${nested}@v1/index.mjs`, at(feature, 'index.mjs'), 'feature/x'],
    [`${nested}@${main.slice(0, 8)}/y.mjs`, at(main, 'y.mjs'), files['y.mjs']],
    [`${nested}@${past.slice(0, 8)}/index.mjs`, at(past, 'index.mjs'), 'past'],
    [`${nested}/-/dir@2/-/odd%20%C3%A9.mjs`, at(main, 'dir@2/-/odd%20%C3%A9.mjs'), 'odd'],
    ['group/project/index.mjs', `gitlab:group/project@${flat}/index.mjs`, 'flat'],
    // There is no older form.
    ['group/project/REF/x.mjs', `gitlab:group/project@${flat}/REF/x.mjs`, 'a folder'],
  ]
  for (const [rest, specifier, text] of table) {
    assert.equal(await load(`gitlab:${rest}`), { specifier, text }, rest)
    assert.is(moduleURL(specifier), specifier.replace(':', '://'))
    assert.equal(await load(moduleURL(specifier)), { specifier: moduleURL(specifier), text })
  }
})

test('relative specifiers stay in the project', async () => {
  const root = `gitlab:${nested}@${main}`
  const parent = `gitlab://${nested}@${main}/dir@2/-/a.mjs`
  assert.is(await resolveRelativePath('../../y.mjs', parent), `${root}/y.mjs`)
  assert.is(await resolveRelativePath('/y.mjs', parent), `${root}/y.mjs`)
  await rejects(resolveRelativePath('../../../y.mjs', parent), 'ERR_MIMEPORT_OUTSIDE_ORIGIN')
  // Without a revision only the `-` tells where the path begins.
  for (const from of ['gitlab:g/p/a/b.mjs', 'gitlab:g/p/-/a/b.mjs']) {
    assert.is(await resolveRelativePath('../x@1/-/y.mjs', from), 'gitlab:g/p/-/x@1/-/y.mjs')
  }
})

test("who has a token asks GitLab's API, since pages for browsers take none", async () => {
  await gitlab.requireToken(canary)
  process.env['GITLAB_TOKEN'] = canary
  const before = (await gitlab.requests()).length
  const odd = await load(`gitlab:${nested}/-/dir@2/-/odd%20%C3%A9.mjs`)
  assert.is(odd.text, 'odd')
  const asked = (await gitlab.requests()).slice(before)
  const basic = `Basic ${btoa(`oauth2:${canary}`)}`
  assert.equal(
    asked.map(({ headers }) => [headers['authorization'], headers['private-token']]),
    [
      [basic, undefined],
      [basic, undefined],
      [undefined, canary],
    ],
  )
  const id = encodeURIComponent(nested)
  const file = encodeURIComponent('dir@2/-/odd é.mjs')
  assert.is(
    asked.at(-1)?.url,
    `/at%20work/api/v4/projects/${id}/repository/files/${file}/raw?ref=${main}`,
  )
})

test('a project that was moved is followed, with a token and without', async () => {
  const text = files['y.mjs']
  for (const token of ['', canary]) {
    forgetRefs()
    process.env['GITLAB_TOKEN'] = token
    await gitlab.requireToken(token || undefined)
    assert.is((await load(`gitlab:former/place@${main}/y.mjs`)).text, text)
    assert.is((await load('gitlab:former/place/y.mjs')).text, text)
  }
})

test('a private project is not there for others, whatever is asked of it', async () => {
  await gitlab.requireToken(canary)
  const anonymous = [resolve(`gitlab:${nested}/-/y.mjs`), resolve(`gitlab:${nested}@${main}/y.mjs`)]
  for (const failure of anonymous) {
    const error = await rejects(failure, 'ERR_MODULE_NOT_FOUND')
    assert.match(error.message, /no token was sent: if it is private, set GITLAB_TOKEN$/)
  }
  process.env['GITLAB_TOKEN'] = 'wrong-canary'
  for (const form of ['/-/y.mjs', `@${main}/y.mjs`]) {
    const error = await rejects(resolve(`gitlab:${nested}${form}`), 'ERR_MIMEPORT_STATUS')
    assert.is(error['statusCode'], 401)
    assert.match(error.message, /the token in GITLAB_TOKEN was refused: renew it, or unset it/)
    assert.not.match(error.message, /wrong-canary/)
  }
})

test('a project that is taken for a group is told how to be named', async () => {
  const unmarked = await rejects(resolve(`gitlab:${nested}/y.mjs`), 'ERR_MODULE_NOT_FOUND')
  assert.match(
    unmarked.message,
    /^Cannot find repository 'group\/sub-group' .*; if it is only a group, say where the project's name ends: gitlab:group\/sub\/project\/-\/path$/,
  )
  const marked = await rejects(resolve('gitlab:group/sub/none/-/y.mjs'), 'ERR_MODULE_NOT_FOUND')
  assert.match(marked.message, /set GITLAB_TOKEN$/)
})

test('where git is silent, the default branch comes as it is', async () => {
  const info = `/at%20work/${nested}.git/info/refs`
  await gitlab.answer(info, { status: 502 })
  const specifier = `gitlab:${nested}@HEAD/y.mjs`
  assert.equal(await load(`gitlab:${nested}/-/y.mjs`), { specifier, text: files['y.mjs'] })
  await gitlab.answer(info, undefined)
})

test('a program runs from a nested project: relative imports, stacks, require', async () => {
  const project = makeProject({
    'main.mjs': `import { x, url } from 'gitlab:${nested}/-/index.mjs'\nconsole.log(x, url)\n`,
    'throw.mjs': `await import('gitlab:${nested}/-/throw.ts')\n`,
    'require.cjs': `console.log(require('gitlab:${nested}@main/index.mjs').x, require.resolve('gitlab:${nested}@main/y.mjs'))\n`,
    'local.mjs': `await import('gitlab:${nested}@local/local.mjs')\n`,
  })
  const own = pathToFileURL(join(project.path, 'main.mjs')).href
  await gitlab.push({ 'local.mjs': `import '${own}'\n` }, 'local')
  const start = (file: string) => run([file], { cwd: project.path, env: gitlab.env })
  try {
    const url = `gitlab://${nested}@${main}/index.mjs`
    const program = await start('main.mjs')
    assert.is(program.stderr, '')
    assert.is(program.stdout, `xy ${url}\n`)
    const thrown = await start('throw.mjs')
    assert.ok(thrown.stderr.includes(`gitlab://${nested}@${main}/throw.ts:2`), thrown.stderr)
    const required = await start('require.cjs')
    assert.is(required.stdout, `xy gitlab://${nested}@${main}/y.mjs\n`)
    // What comes over a network reads no local file.
    assert.match((await start('local.mjs')).stderr, /ERR_MIMEPORT_LOCAL_IMPORT/)
  } finally {
    project.remove()
  }
})

test.run()
