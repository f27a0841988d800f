import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deniesNetwork, ownFolder, runPermitted } from '../support/permissions.mts'
import { loaderPath, makeProject } from '../support/spawn.mts'
import { startServer } from '../support/server.mts'
import type { Route, TestServer } from '../support/server.mts'
import type { Project } from '../support/spawn.mts'

interface Context {
  server: TestServer
  project: Project
  folder: string
}

const test = suite<Context>('cache on a disk that fails')

test.before(async (context) => {
  context.server = await startServer()
})
test.after(({ server }) => server.stop())
test.before.each(async (context) => {
  await context.server.clear()
  context.folder = mkdtempSync(join(tmpdir(), 'mimeport-cache-'))
  context.project = makeProject({
    'app.mjs': `console.log((await import('${context.server.url}/a.mjs')).default)\n`,
  })
})
test.after.each(({ project, folder }) => {
  project.remove()
  rmSync(folder, { recursive: true, force: true })
})

const js = (body: string): Route => ({
  body,
  headers: { 'content-type': 'text/javascript', 'cache-control': 'max-age=3600' },
})

/** Modules of 1,000 bytes and more, which one imports all of. */
async function serveGraph({ server }: Context, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `m${index}`)
  const padding = `// ${'x'.repeat(1_000)}\n`
  const routes = names.map((name) => [`/${name}.mjs`, js(`${padding}export default 1`)] as const)
  const imports = names.map((name) => `import ${name} from './${name}.mjs'`).join('\n')
  const main = js(`${imports}\nexport default ${names.join(' + ')}`)
  await server.set({ ...Object.fromEntries(routes), '/a.mjs': main })
}

/** Runs a shell's script in which `$NODE` runs the program and `$CACHE` is the cache. */
function shell(
  { project, folder }: Context,
  script: string,
  around: readonly string[] = [],
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { NODE_OPTIONS: _options, ...inherited } = process.env
  const [command = '', ...args] = [...around, 'sh', '-c', script]
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: project.path,
      env: {
        ...inherited,
        CACHE: folder,
        MIMEPORT_CACHE: folder,
        NODE: process.execPath,
        LOADER: loaderPath,
      },
      timeout: 60_000,
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stdout, stderr }))
  })
}

const program = '"$NODE" --import "$LOADER" app.mjs'
const warning = (reason: string) =>
  new RegExp(`^mimeport: warning: The cache in '[^\\n]*' ${reason}[^\\n]*\\n$`)

const isPosix = process.platform !== 'win32'
/** A mount namespace of one's own, where the system lets everybody have one. */
const namespace = ['unshare', '-rm']
const mounts = (() => {
  const mount = ['sh', '-c', 'mount -t tmpfs -o size=64k,mode=700 none /tmp']
  const [command = '', ...args] = [...namespace, ...mount]
  return process.platform === 'linux' && spawnSync(command, args).status === 0
})()

/** Says what is left out here, and that there is another test for it. */
function needsMounts(what: string): boolean {
  if (!mounts)
    process.stdout.write(`  ${what}: this system gives no mount namespace (unshare -rm)\n`)
  return mounts
}

test('the disk is full: modules load, with one warning, and a later run stores them', async (context) => {
  if (!needsMounts('a full disk')) return
  const { server, folder } = context
  await serveGraph(context, 40)
  const { status, stdout, stderr } = await shell(
    context,
    `mount -t tmpfs -o size=128k,mode=700 none "$CACHE" &&
     ${program} && ls "$CACHE/responses" | grep -c '\\.'
     mount -o remount,size=4m "$CACHE" && ${program} && ${program}`,
    namespace,
  )
  // No temporary file is left (grep counts 0), and what could be stored was stored.
  assert.is(stdout, '40\n0\n40\n40\n', stderr)
  assert.is(status, 0)
  assert.match(stderr, warning('cannot be written to: ENOSPC'))
  const asked = (await server.requests()).length
  assert.ok(asked > 41 && asked < 82, `${asked} requests`)
  assert.equal(readdirSync(folder), [])
})

test('a file may not be larger than so much: what is larger is not stored, and is no partial entry', async (context) => {
  if (!isPosix) return
  const { server, folder } = context
  // Blocks of 512 or of 1,024 bytes, by the shell.
  const large = `// ${'x'.repeat(200_000)}\nexport { default } from './b.mjs'`
  await server.set({ '/a.mjs': js(large), '/b.mjs': js('export default 1') })
  const { stdout, stderr } = await shell(context, `ulimit -f 100; ${program}; ${program}`)
  assert.is(stdout, '1\n1\n', stderr)
  const lines = stderr.match(/[^\n]*\n/g) ?? []
  assert.is(lines.length, 2)
  for (const line of lines) assert.match(line, warning('cannot be written to: EFBIG'))
  const files = readdirSync(join(folder, 'responses')).filter((name) => name !== 'swept')
  assert.is(files.length, 1)
  assert.is((await server.requests('/b.mjs')).length, 1)
  await shell(context, program)
  await shell(context, program)
  assert.is((await server.requests('/a.mjs')).length, 3)
})

test('the disk may only be read: a warm program is served, a new module is one warning', async (context) => {
  if (!needsMounts('a disk that may only be read')) return
  const { server, project } = context
  await serveGraph(context, 3)
  await server.set({
    '/new.mjs': js("import './newer.mjs'\nexport default 'new'"),
    '/newer.mjs': js(''),
  })
  project.write({
    'new.mjs': `console.log((await import('${server.url}/new.mjs')).default)\n`,
  })
  const { stdout, stderr } = await shell(
    context,
    `mount -t tmpfs -o size=4m,mode=700 none "$CACHE" && ${program} &&
     mount -o remount,ro "$CACHE" && MIMEPORT_OFFLINE=1 ${program} && ${program.replace('app', 'new')}`,
    namespace,
  )
  assert.is(stdout, '3\n3\nnew\n', stderr)
  assert.match(stderr, warning('cannot be written to: EROFS'))
  assert.is((await server.requests('/a.mjs')).length, 1)
})

test('a folder in which nothing may be made is one warning', async (context) => {
  if (!isPosix) return
  const { server, folder } = context
  await server.set('/a.mjs', js('export default 1'))
  // root may write anywhere but there.
  const named = process.geteuid?.() === 0 ? '/proc/self/fdinfo/mimeport' : join(folder, 'x')
  chmodSync(folder, 0o500)
  const { stdout, stderr } = await shell(context, `MIMEPORT_CACHE=${named} ${program}`)
  chmodSync(folder, 0o700)
  assert.is(stdout, '1\n')
  assert.match(stderr, warning('is not used: E'))
})

test('nobody knows a home: one warning', async (context) => {
  if (!isPosix) return
  await context.server.set('/a.mjs', js('export default 1'))
  const { stdout, stderr } = await shell(
    context,
    `unset MIMEPORT_CACHE XDG_CACHE_HOME LOCALAPPDATA; HOME=nowhere ${program}`,
  )
  assert.is(stdout, '1\n')
  assert.match(stderr, /^mimeport: warning: There is no cache: there is no home folder;[^\n]*\n$/)
})

test('few files may be open: hundreds of modules load, and are stored', async (context) => {
  if (!isPosix) return
  const { server } = context
  const count = 300
  await serveGraph(context, count)
  const script = `ulimit -n 64; ${program} && ${program}`
  const { stdout, stderr } = await shell(context, script)
  assert.is(stdout, `${count}\n${count}\n`, stderr)
  assert.is(stderr, '')
  assert.is((await server.requests()).length, count + 1)
})

test('a folder that others may write to is not used', async (context) => {
  if (!isPosix) return
  const { server, folder } = context
  await server.set('/a.mjs', js('export default 1'))
  for (const mode of [0o770, 0o777]) {
    chmodSync(folder, mode)
    const { stdout, stderr } = await shell(context, program)
    assert.is(stdout, '1\n')
    assert.match(stderr, warning(`is not used: '[^']*': others may write to it`))
  }
  chmodSync(folder, 0o755)
  const { stderr } = await shell(context, `${program}; ${program}`)
  assert.is(stderr, '')
  assert.is((await server.requests()).length, 3)
})

test('the permission model: no cache without leave for its folder, and no word of it; with leave there is one', async (context) => {
  const { server, project, folder } = context
  await server.set('/a.mjs', js('export default 1'))
  mkdirSync(join(folder, 'responses'), { mode: 0o700 })
  const flags = [
    `--allow-fs-read=${ownFolder}`,
    `--allow-fs-read=${project.path}`,
    '--allow-worker',
    ...(deniesNetwork ? ['--allow-net'] : []),
  ]
  const prints = async (...more: string[]) => {
    const options = { cwd: project.path, env: { MIMEPORT_CACHE: folder } }
    const result = await runPermitted([...flags, ...more], ['app.mjs'], options)
    assert.is(result.stdout, '1\n', result.stderr)
    assert.is(result.stderr, '')
    return (await server.requests()).length
  }
  assert.is(await prints(), 1)
  assert.is(await prints(`--allow-fs-read=${folder}`), 2)
  assert.equal(readdirSync(join(folder, 'responses')), [])
  const leave = [`--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`]
  assert.is(await prints(...leave), 3)
  assert.is(await prints(...leave), 3)
  // What is stored may be used by who may only read it.
  assert.is(await prints(`--allow-fs-read=${folder}`), 3)
  assert.is(await prints(), 4)
})

test.run()
