import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Engine } from '../../core/engine/engine.mts'
import { configureImportMap, readImportMap } from '../../core/import-map.mts'
import { isKey, isMeant, lockKey, splitKey } from '../../core/lock/entry.mts'
import { digestOf, readMetadata, satisfies } from '../../core/lock/integrity.mts'
import { readLockFile } from '../../core/lock/lock-file.mts'
import { Lock } from '../../core/lock/lock.mts'
import { learnSecret } from '../../core/resource/credentials/secrets.mts'
import { denied, leak, passed } from '../threats/record.mts'
import { registryOf, requestFor } from '../support/inline-loader.mts'
import { commit, lockText, lockedModule } from '../support/lock.mts'
import { rejects } from '../support/rejects.mts'
import type { LockEntry, LockedModule } from '../../core/lock/entry.mts'
import type { LockSettings } from '../../core/settings.mts'
import type { LoadRequest } from '../../core/types.mts'

const test = suite<{ folder: string }>('lock')

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'mimeport-lock-'))
})
test.after.each(({ folder }) => {
  configureImportMap(undefined)
  rmSync(folder, { recursive: true, force: true })
})

const cdn = 'https://cdn.jsdelivr.net'

type Answer = string | Readonly<Record<string, unknown>>
type Files = Record<string, Answer | readonly Answer[]>

interface ProjectOptions {
  readonly lock?: Readonly<Record<string, LockEntry>> | string | false
  readonly settings?: Partial<LockSettings>
  readonly loaders?: readonly object[]
}

/** An engine whose web is this: path on the CDN, or specifier → body, or answers in their order, of which the last stays. */
function project(folder: string, files: Files, options: ProjectOptions = {}) {
  const { lock: text = {}, settings = {}, loaders = [] } = options
  const file = join(folder, 'mimeport.lock')
  if (text !== false) writeFileSync(file, typeof text === 'string' ? text : lockText(text))
  const asked: string[] = []
  const answer = (specifier: string) => {
    asked.push(specifier)
    const known = files[specifier.replace(cdn, '')]
    const list = Array.isArray(known) ? known : [known]
    const one = list.length > 1 ? (list as Answer[]).shift() : list[0]
    if (one === undefined) return { statusCode: 404 }
    if (typeof one !== 'string') return one
    return { headers: { 'content-type': 'text/javascript' }, body: one }
  }
  const resolveRelativePath = (specifier: string, parent: string) => new URL(specifier, parent).href
  const web = {
    name: 'web',
    schemes: ['https:', 'github:'],
    resolve: answer,
    resolveRelativePath,
    builtIn: true,
  }
  const lock = new Lock({
    settings: { file, mode: 'additive', program: 'app.mjs', ...settings },
  })
  const engine = new Engine(registryOf(...loaders, web), () => {}, lock)
  return {
    engine,
    lock,
    asked,
    file,
    load: (specifier: string, more: Partial<LoadRequest> = {}) =>
      engine.load(requestFor(specifier.startsWith('/') ? cdn + specifier : specifier, more)),
    /** The entries of the file, after what is new was written. */
    entries() {
      lock.flush()
      return Object.fromEntries(readLockFile(file) ?? [])
    },
  }
}

const html = (body: string) => ({ headers: { 'content-type': 'text/html' }, body })
const redirect = (location: string, more: object = {}) => ({
  statusCode: 302,
  headers: { location, ...more },
})
const json = { importAttributes: { type: 'json' } }

test('what is new is added: the hash of the body, type, format, and the keys of its imports', async ({
  folder,
}) => {
  const source = [
    "import './b.mjs'",
    "import data from '/d.json' with { type: 'json' }",
    "import 'https://esm.sh/x'",
    "import 'bare'",
    "import 'node:fs'",
    "export * from './b.mjs'",
    'export default data',
  ].join('\n')
  const { load, entries } = project(folder, { '/p/a.mjs': source, '/p/b.mjs': '', '/d.json': '1' })
  await load('/p/a.mjs')
  assert.equal(entries()[`${cdn}/p/a.mjs`], {
    ...lockedModule(source),
    imports: [`${cdn}/p/b.mjs`, `json ${cdn}/d.json`, 'https://esm.sh/x'],
  })
  passed('T14', 'first use')
})

test('without a file nothing is looked at and nothing is made', async ({ folder }) => {
  for (const mode of ['additive', 'ci', 'off'] as const) {
    const { load, lock } = project(folder, { '/a': '1' }, { lock: false, settings: { mode } })
    await load('/a')
    assert.not(lock.isOn)
    assert.not(readLockFile(lock.file))
  }
})

test('a program without modules of the network never reads the lock', async ({ folder }) => {
  const local = {
    schemes: ['local:'],
    resolve: () => ({ headers: { 'content-type': 'text/javascript' }, body: '' }),
    resolveRelativePath: (specifier: string) => specifier,
  }
  const { load } = project(folder, {}, { lock: 'broken', loaders: [local] })
  await load('local:x')
  await rejects(load('/x'), 'ERR_MIMEPORT_LOCK')
})

test('a body that is another is asked for once more, and then refused with both hashes', async ({
  folder,
}) => {
  const locked = { [`${cdn}/a.mjs`]: lockedModule('good') }
  const { load, asked, file, lock } = project(folder, { '/a.mjs': 'evil!' }, { lock: locked })
  const before = readFileSync(file, 'utf8')
  const error = await rejects(load('/a.mjs'), 'ERR_MIMEPORT_INTEGRITY')
  const digest = digestOf(new TextEncoder().encode('evil!'))
  assert.is(
    error.message,
    `Cannot load '${cdn}/a.mjs' imported from 'file:///app.mjs': its body is not what the lock '${file}' has: 5 bytes of 'text/javascript' came, ${digest}, ` +
      `and it has ${lockedModule('good').integrity}; if that is meant, this accepts it, and shows the difference: npx mimeport lock --update ${cdn}/a.mjs`,
  )
  assert.equal(asked, [`${cdn}/a.mjs`, `${cdn}/a.mjs`])
  lock.flush()
  assert.is(readFileSync(file, 'utf8'), before)
  denied('T14', 'a body that changed')
  const control = project(folder, { '/a.mjs': 'good' }, { lock: locked })
  assert.is((await control.load('/a.mjs')).source, 'good')
  assert.equal(control.asked, [`${cdn}/a.mjs`])
  passed('T14')
})

test('a body that is another once, and what the lock has when it is asked for again, is taken', async ({
  folder,
}) => {
  const locked = { [`${cdn}/a.mjs`]: lockedModule('good') }
  const { load } = project(folder, { '/a.mjs': ['stale', 'good'] }, { lock: locked })
  assert.is((await load('/a.mjs')).source, 'good')
})

test('a body that is another, and cannot be asked for again, says both', async ({ folder }) => {
  const locked = { [`${cdn}/a.mjs`]: lockedModule('good') }
  const files = { '/a.mjs': ['stale', { statusCode: 503 }] }
  const error = await rejects(
    project(folder, files, { lock: locked }).load('/a.mjs'),
    'ERR_MIMEPORT_INTEGRITY',
  )
  assert.match(
    error.message,
    /its body is not what .*\. It was asked for anew, which failed: .* 503/,
  )
})

test('a body is verified before anything is made of it', async ({ folder }) => {
  const calls: string[] = []
  const spy = {
    accepts: ['text/x'],
    identify: () => {
      calls.push('identify')
      return 'text/x'
    },
    transform: () => {
      calls.push('transform')
      return { source: '', format: 'module' }
    },
  }
  const entry = lockedModule('good', { type: 'text/x' })
  const locked = { [`${cdn}/a`]: entry }
  const bare = (body: string) => ({ '/a': { body } })
  await rejects(
    project(folder, bare('evil'), { lock: locked, loaders: [spy] }).load('/a'),
    'ERR_MIMEPORT_INTEGRITY',
  )
  assert.equal(calls, [])
  denied('T14', 'before a transform')
  await project(folder, bare('good'), { lock: locked, loaders: [spy] }).load('/a')
  assert.equal(calls, ['identify', 'transform'])
  passed('T14')
})

const kinds: readonly (readonly [
  was: string,
  is: string,
  format: LockedModule['format'],
  body: string,
])[] = [
  ['text/javascript', 'text/markdown', 'module', 'export {}'],
  ['text/markdown', 'text/javascript', 'module', 'export {}'],
  ['text/javascript', 'application/json', 'module', '1'],
  ['application/json', 'text/javascript', 'json', '1'],
  ['application/wasm', 'text/javascript', 'wasm', '1'],
  ['text/javascript', 'application/wasm', 'module', 'export {}'],
  ['text/javascript', 'application/node', 'module', 'export {}'],
  ['text/x-one; charset=windows-1252', 'text/x-one', 'module', '1'],
]

for (const [was, is, format, body] of kinds) {
  test(`the same bytes as '${is}' are not what was locked as '${was}'`, async ({ folder }) => {
    const any = {
      accepts: ['text/markdown', 'text/x-one'],
      transform: () => ({ source: '1', format: 'module' }),
    }
    const attributes = format === 'json' ? json : {}
    const key = lockKey(format === 'json' ? 'json' : '', `${cdn}/a`)
    const type = was.replace('; ', ';')
    const options = { lock: { [key]: lockedModule(body, { type, format }) }, loaders: [any] }
    const answer = (mediaType: string) => ({
      '/a': { headers: { 'content-type': mediaType }, body },
    })
    const error = await rejects(
      project(folder, answer(is), options).load('/a', attributes),
      'ERR_MIMEPORT_INTEGRITY',
    )
    assert.match(error.message, `its media type is '${is}'`)
    assert.match(error.message, `has '${type}'; the body is the same`)
    denied('T16', `${was} as ${is}`)
    await project(folder, answer(was), options).load('/a', attributes)
    passed('T16')
  })
}

test('other names of one media type, and the charset that text has anyway, are the same', async ({
  folder,
}) => {
  const locked = { [`${cdn}/a`]: lockedModule('1') }
  for (const type of [
    'application/javascript',
    'Text/JavaScript; Charset=UTF-8',
    'text/ecmascript',
  ]) {
    await project(
      folder,
      { '/a': { headers: { 'content-type': type }, body: '1' } },
      { lock: locked },
    ).load('/a')
    passed('T16')
  }
})

test('the same body and media type in another format is refused, and not asked for again', async ({
  folder,
}) => {
  const loader = { accepts: ['text/x'], transform: () => ({ source: '1', format: 'commonjs' }) }
  const locked = { [`${cdn}/a`]: lockedModule('1', { type: 'text/x' }) }
  const files = { '/a': { headers: { 'content-type': 'text/x' }, body: '1' } }
  const { load, asked } = project(folder, files, { lock: locked, loaders: [loader] })
  const error = await rejects(load('/a'), 'ERR_MIMEPORT_INTEGRITY')
  assert.match(error.message, /its format is 'commonjs', and the lock '.*' has 'module'/)
  assert.is(asked.length, 1)
  denied('T16', 'format')
})

test('redirects are locked, with the commit of a ref, and followed without asking', async ({
  folder,
}) => {
  const pinned = `github:o/r@${commit}/x.mjs`
  const files = {
    '/latest': redirect('/v1.mjs'),
    '/v1.mjs': redirect('github:o/r/x.mjs'),
    'github:o/r/x.mjs': redirect(pinned, { 'git-ref': 'refs/heads/main', 'git-commit': commit }),
    [pinned]: 'export default 1',
  }
  const first = project(folder, files)
  const { url } = await first.load('/latest')
  assert.is(url, `github://o/r@${commit}/x.mjs`)
  const entries = first.entries()
  assert.equal(entries, {
    [`${cdn}/latest`]: { status: 302, location: `${cdn}/v1.mjs` },
    [`${cdn}/v1.mjs`]: { status: 302, location: 'github:o/r/x.mjs' },
    'github:o/r/x.mjs': { status: 302, location: pinned, commit, ref: 'refs/heads/main' },
    [pinned]: lockedModule('export default 1'),
  })
  // The branch has moved since, and the web leads elsewhere.
  const later = { ...files, '/latest': redirect('/evil'), 'github:o/r/x.mjs': redirect('/evil') }
  const second = project(folder, later, { lock: entries })
  assert.is((await second.load('/latest')).url, url)
  assert.equal(second.asked, [pinned])
  passed('T14', 'a branch that moved')
})

test('fields of git are taken from git hosts alone, and only if they are of a commit', async ({
  folder,
}) => {
  const fields = { 'git-ref': 'refs/heads/main', 'git-commit': commit }
  const files = {
    '/a': redirect('/b', fields),
    '/b': 'export {}',
    'github:o/r/x': redirect(`${cdn}/b`, { ...fields, 'git-commit': 'main' }),
  }
  const { load, entries } = project(folder, files)
  await load('/a')
  await load('github:o/r/x')
  const found = entries()
  assert.equal(found[`${cdn}/a`], { status: 302, location: `${cdn}/b` })
  assert.equal(found['github:o/r/x'], { status: 302, location: `${cdn}/b` })
})

test('a URL with a fragment is the URL that its server is asked for, and a redirect keeps its own', async ({
  folder,
}) => {
  const files = {
    '/a': 'export {}',
    '/a#other': 'export const evil = 1',
    '/r': redirect('/a'),
    '/r#1': redirect('/a'),
    '/own': redirect('/a#own'),
    '/a#1': 'export {}',
    '/a#own': 'export {}',
  }
  const { load, entries } = project(folder, files)
  await load('/a')
  await rejects(load('/a#other'), 'ERR_MIMEPORT_INTEGRITY')
  denied('T14', 'another fragment')
  const first = [await load('/r#1'), await load('/own')].map(({ url }) => url)
  assert.equal(first, [`${cdn}/a#1`, `${cdn}/a#own`])
  passed('T14')
  const found = entries()
  assert.equal(Object.keys(found), [`${cdn}/a`, `${cdn}/own`, `${cdn}/r`])
  const frozen = project(folder, files, { lock: found, settings: { mode: 'frozen' } })
  const again = [await frozen.load('/r#1'), await frozen.load('/own')].map(({ url }) => url)
  assert.equal(again, first)
  assert.equal(frozen.asked, [`${cdn}/a#1`, `${cdn}/a#own`])
})

test('a redirect where the lock has a body is refused', async ({ folder }) => {
  const locked = { [`${cdn}/a`]: lockedModule('1'), [`${cdn}/b`]: lockedModule('1') }
  const { load } = project(folder, { '/a': redirect('/b'), '/b': '1' }, { lock: locked })
  const error = await rejects(load('/a'), 'ERR_MIMEPORT_INTEGRITY')
  assert.match(error.message, `it redirects to '${cdn}/b' (302), and the lock`)
  denied('T14', 'a redirect for a body')
})

test('what a locked redirect leads to is held to the policy and to all that holds for redirects', async ({
  folder,
}) => {
  for (const [location, code] of [
    ['https://never.example/x', 'ERR_MIMEPORT_NOT_ALLOWED'],
    ['http://cdn.jsdelivr.net/x', 'ERR_MIMEPORT_INSECURE_URL'],
    [`${cdn}/a`, 'ERR_MIMEPORT_REDIRECT_CYCLE'],
  ] as const) {
    const locked = { [`${cdn}/a`]: { status: 302, location } }
    const { load, asked } = project(folder, {}, { lock: locked })
    await rejects(load('/a'), code)
    assert.equal(asked, [])
    denied('T15', `a redirect that was edited: ${code}`)
  }
})

test('an entry of a lock that was edited is refused by the policy, too', async ({ folder }) => {
  const locked = { 'https://never.example/x': lockedModule('1') }
  const { load, asked } = project(folder, { 'https://never.example/x': '1' }, { lock: locked })
  await rejects(load('https://never.example/x'), 'ERR_MIMEPORT_NOT_ALLOWED')
  assert.equal(asked, [])
  denied('T04', 'a target in the lock')
})

test('what is imported as json, text and bytes has entries of its own', async ({ folder }) => {
  const files = {
    '/d': { headers: { 'content-type': 'application/json', vary: 'accept' }, body: '1' },
  }
  const { load, entries } = project(folder, files)
  for (const type of ['json', 'text', 'bytes']) await load('/d', { importAttributes: { type } })
  const { integrity } = lockedModule('1')
  const found = entries()
  assert.equal(found, {
    [`bytes ${cdn}/d`]: { integrity, format: 'module', imports: [] },
    [`json ${cdn}/d`]: { integrity, type: 'application/json', format: 'json', imports: [] },
    [`text ${cdn}/d`]: { integrity, format: 'module', imports: [] },
  })
  const other = project(folder, { '/d': html('2') }, { lock: found })
  for (const type of ['json', 'text', 'bytes']) {
    await rejects(other.load('/d', { importAttributes: { type } }), 'ERR_MIMEPORT_INTEGRITY')
    denied('T14', `imported as ${type}`)
  }
  // Whatever it is called: its text is its text.
  const renamed = project(folder, { '/d': html('1') }, { lock: found })
  await renamed.load('/d', { importAttributes: { type: 'text' } })
  passed('T14')
})

test('a frozen lock refuses what is not in it, at each hop, before anybody is asked', async ({
  folder,
}) => {
  const lock = { [`${cdn}/a`]: { status: 302, location: `${cdn}/b` } }
  const { load, asked, file } = project(
    folder,
    { '/b': '1' },
    { lock, settings: { mode: 'frozen' } },
  )
  const error = await rejects(load('/b'), 'ERR_MIMEPORT_FROZEN')
  assert.is(
    error.message,
    `Cannot load '${cdn}/b' imported from 'file:///app.mjs': it is not in the lock '${file}', which is frozen (MIMEPORT_FROZEN=1); this adds it: npx mimeport lock app.mjs ${cdn}/b`,
  )
  await rejects(load('/a'), 'ERR_MIMEPORT_FROZEN')
  assert.equal(asked, [])
  denied('T14', 'frozen')
  const whole = { ...lock, [`${cdn}/b`]: lockedModule('1') }
  const control = project(folder, { '/b': '1' }, { lock: whole, settings: { mode: 'ci' } })
  await control.load('/a')
  const refused = await rejects(control.load('/c'), 'ERR_MIMEPORT_FROZEN')
  assert.match(refused.message, 'which is frozen (CI is set)')
  passed('T14')
})

test('frozen without a lock refuses every module of the network, and says how one is made', async ({
  folder,
}) => {
  const { load, asked, file } = project(
    folder,
    { '/a': '1' },
    { lock: false, settings: { mode: 'frozen' } },
  )
  const error = await rejects(load('/a'), 'ERR_MIMEPORT_FROZEN')
  assert.match(
    error.message,
    `there is no lock '${file}', and MIMEPORT_FROZEN=1 lets nothing in that is not locked; this makes one: npx mimeport lock app.mjs`,
  )
  assert.equal(asked, [])
  denied('T14', 'frozen, without a lock')
})

test('a lock that the permission model hides: a program that asks for one is refused, another is warned', ({
  folder,
}) => {
  const file = join(folder, 'mimeport.lock')
  const script = join(folder, 'script.mjs')
  writeFileSync(file, lockText())
  const source = new URL('../../core/lock/lock.mts', import.meta.url)
  writeFileSync(
    script,
    `import { Lock } from '${source}'
    for (const more of [{ mode: 'additive' }, { mode: 'ci' }, { mode: 'additive', named: true }, { mode: 'frozen' }]) {
      try {
        console.log(new Lock({ settings: { file: ${JSON.stringify(file)}, ...more } }).isOn)
      } catch ({ code }) {
        console.log(code)
      }
    }`,
  )
  const said = (rights: readonly string[]) => {
    const args = ['--no-warnings', '--permission', ...rights, script]
    return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
  }
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const own = [`--allow-fs-read=${root}*`, `--allow-fs-read=${script}`]
  assert.is(said(own), 'false\nfalse\nERR_MIMEPORT_LOCK\nERR_MIMEPORT_LOCK\n')
  denied('T15', 'a lock that may not be read')
  assert.is(said([...own, `--allow-fs-read=${file}`]), 'true\n'.repeat(4))
  passed('T15')
})

test('what is updated is held to nothing, and replaced; the rest is held to as ever', async ({
  folder,
}) => {
  const lock = {
    [`${cdn}/a`]: lockedModule('1'),
    [`${cdn}/lib/b`]: { status: 302, location: `${cdn}/old` } as const,
    [`${cdn}/c`]: lockedModule('1'),
  }
  const files = { '/a': '2', '/lib/b': redirect('/a'), '/c': '2' }
  const settings = { mode: 'create', update: [`${cdn}/a`, `${cdn}/lib`] } as const
  const { load, entries } = project(folder, files, { lock, settings })
  await load('/a')
  await load('/lib/b')
  await rejects(load('/c'), 'ERR_MIMEPORT_INTEGRITY')
  assert.equal(entries(), {
    [`${cdn}/a`]: lockedModule('2'),
    [`${cdn}/c`]: lockedModule('1'),
    [`${cdn}/lib/b`]: { status: 302, location: `${cdn}/a` },
  })
})

test('what is met is known, and with dry nothing is written', async ({ folder }) => {
  const locked = { [`${cdn}/a`]: lockedModule('1'), [`${cdn}/gone`]: lockedModule('') }
  const settings = { mode: 'create', dry: true } as const
  const { load, lock, file } = project(folder, { '/a': '1', '/b': '2' }, { lock: locked, settings })
  const bodies: string[] = []
  lock.onBody = (key, { integrity }, { body }, loader) => {
    assert.is(integrity, digestOf(body))
    bodies.push(`${loader} ${key}`)
  }
  await load('/a')
  await load('/b')
  assert.equal([...lock.met().keys()], [`${cdn}/a`, `${cdn}/b`])
  assert.equal(bodies, [`web ${cdn}/a`, `web ${cdn}/b`])
  lock.flush()
  assert.is(readFileSync(file, 'utf8'), lockText(locked))
})

test('what another process has added stays, and this one is held to it', async ({ folder }) => {
  const { load, lock, file, entries } = project(folder, { '/a': '1', '/b': '2' })
  await load('/a')
  writeFileSync(file, lockText({ [`${cdn}/b`]: lockedModule('other') }))
  lock.flush()
  await rejects(load('/b'), 'ERR_MIMEPORT_INTEGRITY')
  assert.equal(entries(), { [`${cdn}/a`]: lockedModule('1'), [`${cdn}/b`]: lockedModule('other') })
  passed('T39', 'merged with what another has written')
})

test('where another process was first with something else, that stays', async ({ folder }) => {
  const { load, file, entries } = project(folder, { '/a': '1' })
  await load('/a')
  writeFileSync(file, lockText({ [`${cdn}/a`]: lockedModule('first') }))
  assert.equal(entries(), { [`${cdn}/a`]: lockedModule('first') })
  denied('T39', 'an entry in the place of another')
})

test('a lock that was taken away or broken meanwhile is not made again', async ({ folder }) => {
  const { load, lock, file } = project(folder, { '/a': '1' })
  await load('/a')
  writeFileSync(file, 'broken')
  assert.throws(
    () => lock.flush(),
    (error: { code: string }) => error.code === 'ERR_MIMEPORT_LOCK',
  )
  assert.is(readFileSync(file, 'utf8'), 'broken')
  rmSync(file)
  lock.flush()
  assert.not(readLockFile(file))
})

test('a lock that was mended is read by the next import', async ({ folder }) => {
  const { load, file } = project(folder, { '/a': '1' }, { lock: 'broken' })
  await rejects(load('/a'), 'ERR_MIMEPORT_LOCK')
  writeFileSync(file, lockText())
  await load('/a')
})

test('what fails is not added', async ({ folder }) => {
  const files = {
    '/a': redirect('/b'),
    '/c': { headers: { 'content-type': 'text/unknown' }, body: '' },
  }
  const { load, entries } = project(folder, files)
  await rejects(load('/a'), 'ERR_MODULE_NOT_FOUND')
  await rejects(load('/c'), 'ERR_MIMEPORT_UNSUPPORTED_MEDIA_TYPE')
  assert.equal(entries(), {})
})

test('nothing that is secret is written into the lock', async ({ folder }) => {
  learnSecret('hunter2-hunter2')
  const secret = '/a?token=hunter2-hunter2'
  const files = { [secret]: '1', '/b': redirect(secret), '/c': '1' }
  const { load, file, lock } = project(folder, files)
  await load(secret)
  await load('/b')
  await load('/c')
  lock.flush()
  const text = readFileSync(file, 'utf8')
  leak('T12', text.split('hunter2').length - 1, 'the lock')
  assert.match(text, `${cdn}/c`)
})

test('a URL that is signed anew each time is one key, and a redirect to it is asked for', async ({
  folder,
}) => {
  const signed = (time: string) =>
    `${cdn}/blob?X-Amz-Algorithm=AWS4&X-Amz-Date=${time}&X-Amz-Signature=abc${time}&file=a`
  const files = {
    '/latest': [redirect(signed('1')), redirect(signed('2')), redirect(`${cdn}/evil`)],
  }
  const bodies = {
    [signed('1').replace(cdn, '')]: '1',
    [signed('2').replace(cdn, '')]: '1',
    '/evil': '1',
  }
  const first = project(folder, { ...files, ...bodies })
  await first.load('/latest')
  const entries = first.entries()
  const key = `${cdn}/blob?X-Amz-Algorithm=***&X-Amz-Date=***&X-Amz-Signature=***&file=a`
  assert.equal(entries, {
    [key]: lockedModule('1'),
    [`${cdn}/latest`]: { status: 302, location: key },
  })
  assert.ok(isKey(key))
  const frozen = { lock: entries, settings: { mode: 'frozen' } } as const
  const second = project(folder, { ...files, ...bodies }, frozen)
  assert.is((await second.load('/latest')).url, signed('2'))
  assert.equal(second.asked, [`${cdn}/latest`, signed('2')])
  passed('T12', 'a signed URL')
  await rejects(
    project(folder, { ...files, ...bodies }, frozen).load('/latest'),
    'ERR_MIMEPORT_INTEGRITY',
  )
  denied('T14', 'a signed redirect that leads elsewhere')
})

test('a locked graph is fetched at once, along redirects, rings and other types', async ({
  folder,
}) => {
  const names = ['/a.mjs', '/b.mjs', '/c.mjs', '/d.mjs', '/e.mjs', '/data.json']
  const body = (name: string, imports: string) =>
    [name, `${imports}\nexport default '${name}'`] as const
  const bodies = Object.fromEntries([
    body('/a.mjs', "import './b.mjs'; import './r'"),
    body('/b.mjs', "import './c.mjs'"),
    body('/c.mjs', "import './a.mjs'; import './d.mjs'"),
    body('/d.mjs', "import './data.json' with { type: 'json' }"),
    body('/e.mjs', ''),
  ])
  const data = { headers: { 'content-type': 'application/json' }, body: '1' }
  const files = { ...bodies, '/data.json': data, '/r': redirect('/e.mjs') }
  const first = project(folder, files)
  await first.engine.preload(requestFor(`${cdn}/a.mjs`))
  assert.is(new Set(first.asked).size, names.length + 1)
  const entries = first.entries()

  // Each waits until all were asked: who asks one generation after another never gets there.
  let open = () => {}
  const all = new Promise<void>((resolve) => (open = resolve))
  const asked = new Set<string>()
  const pushed = new Map<string, unknown>()
  const web = {
    name: 'web',
    schemes: ['https:'],
    async resolve(specifier: string) {
      const path = specifier.slice(cdn.length)
      asked.add(path)
      if (asked.size === names.length) open()
      await all
      return path === '/data.json'
        ? data
        : { headers: { 'content-type': 'text/javascript' }, body: bodies[path] }
    },
    resolveRelativePath: (specifier: string, parent: string) => new URL(specifier, parent).href,
  }
  const file = join(folder, 'mimeport.lock')
  writeFileSync(file, lockText(entries))
  const lock = new Lock({ settings: { file, mode: 'frozen' } })
  const push = (_key: string, { url, source }: { url: string; source: unknown }) => {
    if (source === undefined) return
    assert.not(pushed.has(url), `${url} is sent twice`)
    pushed.set(url, source)
  }
  const engine = new Engine(registryOf(web), push, lock)
  await engine.preload(requestFor(`${cdn}/a.mjs`))
  assert.equal([...asked].sort(), names.toSorted())
  assert.equal([...pushed.keys()].sort(), names.map((name) => cdn + name).sort())
})

test('the import map’s integrity is held to, with a lock and without', async ({ folder }) => {
  const body = new TextEncoder().encode('good')
  const integrity = {
    [`${cdn}/a`]: digestOf(body),
    [`github:o/r@${commit}/x`]: digestOf(body),
    [`${cdn}/old`]: digestOf(body),
  }
  configureImportMap(readImportMap({ integrity }, 'file:///'))
  for (const lock of [{}, false] as const) {
    const files = {
      '/a': 'evil',
      [`github:o/r@${commit}/x`]: 'evil',
      '/old': redirect('/new'),
      '/new': 'evil',
    }
    for (const specifier of ['/a', `github:o/r@${commit}/x`, '/old']) {
      const { load, asked } = project(folder, files, { lock })
      const error = await rejects(load(specifier), 'ERR_MIMEPORT_INTEGRITY')
      assert.match(
        error.message,
        /its body is 4 bytes of sha256-.*, and the import map's "integrity" has 'sha256-/,
      )
      assert.is(asked.length, specifier === '/old' ? 4 : 2)
      denied('T14', 'integrity of the import map')
    }
    const control = project(
      folder,
      { '/a': 'good', '/old': redirect('/new'), '/new': 'good' },
      { lock },
    )
    await control.load('/a')
    await control.load('/old')
    passed('T14')
  }
})

test('integrity metadata: the strongest counts, any of several will do, and there has to be one', () => {
  const body = new TextEncoder().encode('abc')
  const abc = {
    256: 'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=',
    384: 'sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn',
    512: 'sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==',
  }
  for (const metadata of Object.values(abc)) assert.ok(satisfies(metadata, body))
  assert.ok(satisfies(`${abc[512].replace('3', '4')} ${abc[512]}`, body))
  assert.ok(satisfies(`${abc[256]}?option`, body))
  assert.ok(satisfies(`blake3-x ${abc[256]}`, body))
  assert.ok(satisfies(abc[256].replace('=', ''), body))
  assert.ok(satisfies(abc[256].replaceAll('/', '_').replaceAll('+', '-'), body))
  assert.not(satisfies(`${abc[256]} ${abc[512].replace('3', '4')}`, body))
  for (const bad of ['', ' ', 'sha256', 'sha256-', 'sha1-abc', 'md5-x', 'sha256-AAAA']) {
    assert.throws(() => readMetadata(bad), TypeError)
  }
})

test('a key is a specifier in its one spelling, after what the import wants', () => {
  for (const [goal, specifier, key] of [
    ['', 'HTTPS://Cdn.Example:443/%61/../b', 'https://cdn.example/b'],
    ['json', 'https://a.example/x', 'json https://a.example/x'],
    ['', 'github://o/r@c/x', 'github:o/r@c/x'],
    ['text', 'GitHub:o/r/x y', 'text github:o/r/x y'],
    ['', 'https://例え.jp/ü', 'https://xn--r8jz45g.jp/%C3%BC'],
    ['', 'https://a.example/x?y#z?#', 'https://a.example/x?y'],
  ] as const) {
    assert.is(lockKey(goal, specifier), key)
    assert.ok(isKey(key), key)
    assert.is(splitKey(key).goal, goal)
  }
  for (const odd of [
    'x',
    './x',
    'https:',
    'JSON https://a/',
    'https://a.example',
    'github://o/r',
    'data:,',
    'https://0x7f.1/',
    'https://a.example/./x',
    'https://a.example/%2e/x',
    'https://a.example/x#y',
  ]) {
    assert.not(isKey(odd), odd)
  }
})

test('what an update names is meant by its beginning, up to a boundary', () => {
  const key = 'json github:o/r@c/x.json'
  for (const name of [
    'github:o/r',
    'github:o',
    'github:o/',
    key,
    'github:o/r@c/x.json',
    'github://o/r',
  ]) {
    assert.ok(isMeant(key, [name]), name)
  }
  for (const name of ['github:o/rr', 'github:o/r@c/x', 'x', 'text github:o/r@c/x.json']) {
    assert.not(isMeant(key, [name]), name)
  }
  assert.ok(isMeant('https://esm.sh/a@1?x', ['https://esm.sh/a@1']))
  assert.not(isMeant('https://esm.sh/a@10', ['https://esm.sh/a@1']))
})

test.run()
