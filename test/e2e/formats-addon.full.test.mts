/** Native addons: from disk where they lie, from elsewhere by way of a private folder; `bufferutil` is a real one. */

import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { loaderPath, makeProject, run } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const prebuilt = join(
  root,
  `node_modules/bufferutil/prebuilds/${process.platform}-${process.arch}/bufferutil.node`,
)
const test = suite('formats: addons')

if (!existsSync(prebuilt)) {
  test(`skipped: bufferutil has no prebuilt addon for ${process.platform}-${process.arch}`, () => {})
} else {
  const addon = new Uint8Array(readFileSync(prebuilt))
  const other = new Uint8Array([...addon, 0])
  let server: TestServer
  let github: GitHub
  let project: Project
  /** The system's folder for temporary files, as the programs here see it. */
  let temporary: string

  /** What `use` says shows that it is the real thing: bufferutil masks by exclusive or. */
  const prelude = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const base = process.env.BASE
    const say = (value) => process.stdout.write(JSON.stringify(value))
    const use = ({ mask }) => { const out = Buffer.alloc(2); mask(Buffer.from([1, 2]), Buffer.from([1, 1, 1, 1]), out, 0, 2); return [...out] }
    const told = ({ code, message, cause }) => [code, message, cause?.code]
    `

  function program(
    app: string,
    nodeArgs: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Run> {
    project.write({ 'app.mjs': prelude + app })
    return run(['app.mjs'], {
      cwd: project.path,
      nodeArgs: [...nodeArgs, '--import', loaderPath],
      env: {
        ...github.env,
        BASE: `${server.url}/`,
        TMPDIR: temporary,
        TEMP: temporary,
        TMP: temporary,
        ...env,
      },
    })
  }

  async function said(
    app: string,
    nodeArgs?: readonly string[],
    env?: Record<string, string>,
  ): Promise<any> {
    const { status, stdout, stderr } = await program(app, nodeArgs, env)
    assert.is(stderr, '')
    assert.is(status, 0)
    return JSON.parse(stdout)
  }

  const folders = () => readdirSync(temporary).filter((name) => name.startsWith('mimeport-addons-'))
  const hash = createHash('sha256').update(addon).digest('hex')

  test.before(async () => {
    server = await startServer()
    const headers = { 'content-type': 'application/octet-stream' }
    await server.set({
      '/a.node': { body: addon, headers },
      '/again.node': { body: addon, headers },
      '/other.node': { body: other, headers },
      '/typed': { body: addon, headers: { 'content-type': 'application/x-node-addon' } },
      '/damaged.node': { body: 'no addon', headers },
      '/cut.node': { body: addon.slice(0, -1000), headers },
      '/cut-early.node': { body: addon.slice(0, 20), headers },
      '/lib.cjs': "module.exports = require('./a.node')",
      '/lib.mjs': "export { default } from './a.node'",
    })
    github = await startGitHub({ repos: { 'o/r': { files: { 'build/a.node': addon } } } })
    project = makeProject({ 'a.node': addon, 'damaged.node': 'no addon' })
  })
  test.before.each(() => {
    temporary = join(project.path, 'tmp', String(Math.random()).slice(2))
    mkdirSync(temporary, { recursive: true })
  })
  test.after(async () => {
    project.remove()
    await Promise.all([server.stop(), github.stop()])
  })

  test('a local addon is imported without a flag, from where it lies, and is the one that is required', async () => {
    for (const order of [
      `const a = (await import('./a.node')).default; const b = require('./a.node')`,
      `const b = require('./a.node'); const a = (await import('./a.node')).default`,
    ]) {
      const { stdout, stderr, status } = await program(
        `${order}; say([use(a), a === b, Object.keys(await import('./a.node')), require.cache[require.resolve('./a.node')].exports === a])`,
      )
      assert.is(status, 0)
      // Node's own, where it imports addons itself.
      assert.is(
        stderr.replace(/^\(node:\d+\) ExperimentalWarning: Importing addons .*\n.*\n/, ''),
        '',
      )
      assert.equal(JSON.parse(stdout), [[0, 3], true, ['default', 'module.exports'], true])
    }
    assert.equal(folders(), [])
  })

  test('an addon is imported and required from everywhere, and keeps its URL', async () => {
    const data = `data:application/x-node-addon;base64,${Buffer.from(addon).toString('base64')}`
    const urls = [`${server.url}/a.node`, `${server.url}/typed`, 'github:o/r/build/a.node', data]
    project.write({ 'urls.json': JSON.stringify(urls) })
    const [each, lib] = await said(`
      const each = []
      for (const url of require('./urls.json')) {
        const a = (await import(url)).default
        each.push([use(a), require(url) === a, import.meta.resolve(url) in require.cache])
      }
      const a = (await import(base + 'lib.mjs')).default
      say([each, [use(a), a === require(base + 'lib.cjs'), a === require(base + 'a.node')]])`)
    assert.equal(each, Array(urls.length).fill([[0, 3], true, true]))
    assert.equal(lib, [[0, 3], true, true])
  })

  test('it is written once, into a folder of this user alone, under its hash', async () => {
    const app = `say([use(require(base + 'a.node')), use((await import(base + 'again.node')).default)])`
    assert.equal(await said(app), [
      [0, 3],
      [0, 3],
    ])
    const [folder = ''] = folders()
    const path = join(temporary, folder)
    const file = join(path, `${hash}.node`)
    assert.equal(readdirSync(path), [`${hash}.node`])
    assert.equal(new Uint8Array(readFileSync(file)), addon)
    if (process.platform !== 'win32') assert.is(lstatSync(path).mode & 0o777, 0o700)
    const { ino, mtimeMs } = lstatSync(file)
    await said(app)
    await said(`say(use(require(base + 'other.node')))`)
    assert.is(folders().length, 1)
    assert.is(readdirSync(path).length, 2)
    assert.equal([lstatSync(file).ino, lstatSync(file).mtimeMs], [ino, mtimeMs])
    // What is there and is something else gives way.
    chmodSync(file, 0o600)
    writeFileSync(file, 'something else')
    assert.equal(await said(app), [
      [0, 3],
      [0, 3],
    ])
    assert.equal(new Uint8Array(readFileSync(file)), addon)
  })

  if (process.getuid !== undefined) {
    test('a folder that others may write to is not used', async () => {
      await said(`say(use(require(base + 'a.node')))`)
      const [folder = ''] = folders()
      chmodSync(join(temporary, folder), 0o777)
      writeFileSync(join(temporary, folder, `${hash}.node`), 'planted')
      assert.equal(
        await said(`say([use(require(base + 'a.node')), use(require(base + 'other.node'))])`),
        [
          [0, 3],
          [0, 3],
        ],
      )
      const [fresh = '', ...more] = folders().filter((name) => name !== folder)
      assert.equal(more, [])
      assert.is(lstatSync(join(temporary, fresh)).mode & 0o777, 0o700)
      assert.is(readdirSync(join(temporary, fresh)).length, 2)
      denied('T29', 'a folder of addons that others may write to')
      passed('T29', 'the addon from a folder of its own')
    })

    test('a link in the place of the folder, or of a file, is not followed', async () => {
      const elsewhere = join(project.path, 'elsewhere')
      mkdirSync(elsewhere, { recursive: true, mode: 0o700 })
      const name = `mimeport-addons-${process.geteuid!()}`
      symlinkSync(elsewhere, join(temporary, name))
      assert.equal(await said(`say(use(require(base + 'a.node')))`), [0, 3])
      assert.equal(readdirSync(elsewhere), [])
      rmSync(join(temporary, name))
      mkdirSync(join(temporary, name), { mode: 0o700 })
      // It would be right, were it not a link.
      const victim = join(elsewhere, 'victim.node')
      writeFileSync(victim, addon, { mode: 0o500 })
      const file = join(temporary, name, `${hash}.node`)
      symlinkSync(victim, file)
      assert.equal(await said(`say(use(require(base + 'a.node')))`), [0, 3])
      assert.not.ok(lstatSync(file).isSymbolicLink())
      assert.equal(new Uint8Array(readFileSync(victim)), addon)
      // Right, and yet anybody's to change.
      chmodSync(file, 0o777)
      assert.equal(await said(`say(use(require(base + 'a.node')))`), [0, 3])
      assert.is(lstatSync(file).mode & 0o777, 0o500)
      denied('T29', 'a link, or a mode, of an addon', 3)
    })
  }

  test('two threads have one each, of one file', async () => {
    assert.equal(
      await said(`
        import { Worker, isMainThread, parentPort } from 'node:worker_threads'
        const own = use((await import(base + 'a.node')).default)
        if (isMainThread) {
          const theirs = await new Promise((resolve, reject) => new Worker(new URL(import.meta.url)).on('message', resolve).on('error', reject))
          say([own, theirs])
        } else parentPort.postMessage(own)`),
      [
        [0, 3],
        [0, 3],
      ],
    )
    assert.is(readdirSync(join(temporary, folders()[0] ?? '')).length, 1)
  })

  test('a damaged one fails with its URL', async () => {
    for (const get of [`await import(base + 'damaged.node')`, `require(base + 'damaged.node')`]) {
      const [code, message, cause] = await said(`try { ${get} } catch (error) { say(told(error)) }`)
      assert.is(code, 'ERR_DLOPEN_FAILED')
      assert.is(cause, 'ERR_DLOPEN_FAILED')
      assert.ok(
        message.startsWith(`Cannot load '${server.url}/damaged.node' as an addon: `),
        message,
      )
    }
    if (process.platform === 'linux') {
      // To map it would end the process.
      for (const path of ['cut.node', 'cut-early.node']) {
        const [code, message] = await said(
          `try { require(base + '${path}') } catch (error) { say(told(error)) }`,
        )
        assert.is(code, 'ERR_MIMEPORT_INVALID_BODY')
        assert.match(
          message,
          /cut(?:-early)?\.node' imported from '.*': it is an addon that is cut short: /,
        )
      }
    }
    const { stdout } = await program(
      `try { await import('./damaged.node') } catch ({ code }) { say(code) }`,
    )
    assert.is(stdout, '"ERR_DLOPEN_FAILED"')
  })

  test('--no-addons and --permission refuse it as they refuse local ones, and nothing is written', async () => {
    for (const flags of [
      ['--no-addons'],
      [
        '--permission',
        '--allow-fs-read=*',
        '--allow-worker',
        '--allow-net',
        `--allow-fs-write=${temporary}`,
      ],
    ]) {
      if (process.version.startsWith('v24') && flags.includes('--allow-net'))
        flags.splice(flags.indexOf('--allow-net'), 1)
      const app = `
        const codes = []
        for (const get of [() => import('./a.node'), () => import(base + 'a.node'), () => require(base + 'again.node')])
          try { await get(); codes.push('loaded') } catch ({ code }) { codes.push(code) }
        say(codes)`
      const { stdout } = await program(app, flags)
      assert.is(stdout, JSON.stringify(Array(3).fill('ERR_DLOPEN_DISABLED')), flags[0])
      assert.equal(folders(), [], flags[0])
      if (flags.length === 1) continue
      const allowed = await program(app, [...flags, '--allow-addons'])
      assert.is(allowed.stdout, JSON.stringify(Array(3).fill('loaded')), allowed.stderr)
    }
  })

  test('under the permission model the error has the flags that an addon from elsewhere needs', async () => {
    const least = ['--permission', '--allow-fs-read=*', '--allow-worker', '--allow-addons']
    if (!process.version.startsWith('v24')) least.push('--allow-net')
    const app = `
      try { await import(base + 'a.node'); say('loaded') } catch ({ code, message }) { say(code + ' ' + message) }`
    const denied = await program(app, least)
    // In quotes: a shell would look for files of such names.
    assert.match(denied.stdout, /ERR_MIMEPORT_ADDON .* that needs '--allow-fs-read=[^']+\*' /)
    const flags = denied.stdout.match(/--allow-[\w-]+(?:=[^\s"']+)?/g) ?? []
    assert.is(flags.length, 3)
    const allowed = await program(app, [...least, ...flags])
    assert.is(allowed.stdout, JSON.stringify('loaded'), allowed.stderr)
  })

  test('where nothing may be written the error says what an addon needs', async () => {
    project.write({ 'no-folder': '' })
    // `/proc` is a folder, and whoever makes one in it is told that it is not there.
    for (const folder of [join(project.path, 'no-folder'), join(project.path, 'gone'), '/proc']) {
      const [code, message] = await said(
        `await import(base + 'a.node').catch((error) => say(told(error)))`,
        [],
        { TMPDIR: folder },
      )
      assert.is(code, 'ERR_MIMEPORT_ADDON', folder)
      assert.match(
        message,
        /^Cannot load 'http:.*\/a\.node': it is an addon, which has to be on disk, and it cannot be put there: /,
      )
    }
  })
}

test.run()
