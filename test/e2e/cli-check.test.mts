/** `mimeport check` and `mimeport init`: what is found, and that nothing is changed by looking. */

import { chmodSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cliPath, mimeport } from '../support/cli.mts'
import { runInTerminal } from '../support/pseudo-terminal.mts'
import { Screen } from '../support/screen.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import type { Finding } from '../../core/inspection.mts'
import type { RunOptions } from '../support/spawn.mts'

const test = suite('mimeport check')

/** What it finds, and its exit code, in a project of these files. */
async function found(
  files: Readonly<Record<string, string>>,
  env: RunOptions['env'] = {},
  args: readonly string[] = [],
) {
  const project = makeProject(files)
  try {
    const before = readdirSync(project.path, { recursive: true })
    const { status, stdout, stderr } = await mimeport(['check', '--json', ...args], {
      cwd: project.path,
      env,
    })
    assert.equal(readdirSync(project.path, { recursive: true }), before, 'nothing is written')
    assert.is(stderr, '')
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] }
    assert.is(ok, status === 0)
    const faults = findings.filter(({ state }) => state === 'fault')
    assert.is(faults.length === 0, ok)
    return { findings, faults, status }
  } finally {
    project.remove()
  }
}

const said = (findings: readonly Finding[]): string =>
  findings.map(({ subject, text }) => `${subject}: ${text}`).join('\n')

test('without a configuration, and with one that is right, nothing is wrong', async () => {
  const none = await found({})
  assert.is(none.status, 0)
  assert.match(said(none.findings), /^configuration: none: .* needs none\nloaders: \d+ of mimeport/)
  const right = await found({
    'mimeport.json': '{ "loaders": ["./own.mjs"], "imports": { "x/": "./lib/", "y": "esm:y" } }',
    'own.mjs':
      "export const schemes = ['esm:']\nexport const resolve = () => false\nexport const resolveRelativePath = (s) => s\n",
    'lib/x.mjs': '',
  })
  assert.is(right.status, 0)
  assert.match(
    said(right.findings),
    /, 1 of the project: own\nimport map: 2 addresses\nlock: there/,
  )
})

test('what makes the lock is advised with the program that was named', async () => {
  const advice = ({ findings }: { readonly findings: readonly Finding[] }) =>
    findings.find(({ subject }) => subject === 'lock')!.advice
  assert.is(advice(await found({})), 'npx mimeport lock')
  const files = { 'my app.mjs': '' }
  assert.is(advice(await found(files, {}, ['my app.mjs'])), "npx mimeport lock 'my app.mjs'")
})

test('on a terminal lines are broken between words, beside what stands on their left', async () => {
  const project = makeProject({})
  const { output } = await runInTerminal([cliPath, 'check'], { cwd: project.path, nodeArgs: [] })
  const screen = new Screen(80)
  screen.write(output)
  assert.match(screen.text, /\n {22}→ npx mimeport lock/)
  const note = /^note {3}lock {11}(.*)\n((?: {22}(?!→).*\n)+)/m.exec(screen.text)
  assert.match(
    note![0].replaceAll(/\s+/g, ' '),
    /note lock there is no '.*' ?: what is imported is not pinned/,
  )
  assert.is((await mimeport(['check'], { cwd: project.path })).stdout.split('\n').length, 5)
  project.remove()
})

test('each key that is wrong is told, with the nearest that is right', async () => {
  const text =
    '{ "alow": [], "loaders": 3, "deny": ["https://"], "limits": { "boddy": 1 }, "imports": {} }'
  for (const files of [{ 'mimeport.json': text }, { 'package.json': `{ "mimeport": ${text} }` }]) {
    const { faults, status } = await found(files)
    assert.is(status, 1)
    assert.is(faults.length, 4)
    assert.match(faults[0]!.text, /no key 'alow'; did you mean 'allow'\?/)
    assert.match(faults[1]!.text, /'loaders' must be an array. Received a number \(3\)/)
    assert.match(faults[2]!.text, /'deny' has 'https:\/\/'/)
    assert.match(faults[3]!.text, /'limits'.*'boddy'; did you mean 'body'\?|'boddy'/)
    assert.ok(faults.every(({ code }) => code === 'ERR_MIMEPORT_CONFIG'))
  }
  const cut = await found({ 'mimeport.json': '{\n  "allow": [\n' })
  assert.match(said(cut.faults), /mimeport\.json': .*JSON/)
  const other = await found({ 'conf.json': '{ "lok": 1 }' }, { MIMEPORT_CONFIG: 'conf.json' })
  assert.match(said(other.faults), /conf\.json': it has no key 'lok'; did you mean 'lock'\?/)
  const variable = await found({}, { MIMEPORT_ALLOW: 'https://' })
  assert.match(said(variable.faults), /environment's 'MIMEPORT_ALLOW'/)
})

test('each loader that cannot be used is told, and two that claim one thing', async () => {
  const extension = (name: string) =>
    `export const name = '${name}'\nexport const extensionMimeMap = { '.same': 'text/x-${name}' }\n`
  const { faults, findings } = await found({
    'mimeport.json': '{ "loaders": ["./all/*", "./none.mjs", "mimeport-loader-none"] }',
    'all/broken.mjs': 'export const = 1',
    'all/ends.mjs': 'await new Promise(() => {})',
    'all/first.mjs': extension('first'),
    'all/other.mjs': extension('other'),
    'all/throws.mjs': "throw new Error('own')",
    'all/wrong.mjs': 'export const accepts = [7]',
  })
  const texts = faults.map(({ text }) => text)
  assert.is(texts.length, 7, texts.join('\n'))
  for (const reason of [
    /broken\.mjs'.*broken\.mjs:1/,
    /ends/,
    /claim the extension '\.same': '.*first\.mjs' and '.*other\.mjs'/,
    /throws\.mjs': importing it failed: own/,
    /wrong\.mjs'.*"accepts"/,
    /Cannot find loader '.*none\.mjs': no such file or folder/,
    /'mimeport-loader-none'.*nor an installed package/,
  ]) {
    assert.is(texts.filter((text) => reason.test(text)).length, 1, `${reason}\n${texts.join('\n')}`)
  }
  assert.match(said(findings), /loaders: \d+ of mimeport, 1 of the project: first/)
})

test('an address of the import map that leads nowhere is told', async () => {
  const { faults } = await found({
    'mimeport.json': JSON.stringify({
      allow: ['https://esm.sh/'],
      imports: {
        a: './none.mjs',
        'b/': './file.mjs/',
        c: 'nobody:c',
        d: 'https://cdn.example/d.mjs',
        fine: 'https://esm.sh/fine',
        nothing: null,
      },
      scopes: { './lib/': { e: './gone/e.mjs' } },
    }),
    'file.mjs': '',
  })
  const text = said(faults)
  assert.match(text, /'a' stands for 'file:.*none\.mjs': there is no '/)
  assert.match(text, /'b\/' stands for/)
  assert.match(text, /'c' stands for 'nobody:c': no loader answers for 'nobody:'/)
  assert.match(text, /'d' stands for .*'cdn\.example' is not on the list/)
  assert.match(text, /'e' stands for .*gone/)
  assert.is(faults.length, 5)
})

test('the lock is read line by line, and the vendor folder held to it', async () => {
  const server = await startServer()
  await server.set({ '/a.mjs': "import './b.mjs'", '/b.mjs': 'export default 1' })
  const project = makeProject({ 'app.mjs': `import '${server.url}/a.mjs'` })
  const options = { cwd: project.path }
  const check = async () => (await mimeport(['check'], options)).stdout
  try {
    assert.is((await mimeport(['vendor', 'app.mjs'], options)).status, 0)
    assert.match(await check(), /ok +lock +'mimeport.lock': 2 entries\nok +vendor .*: 2 bodies/)
    const folder = join(project.path, 'mimeport_modules')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    const body = join(
      folder,
      names.find((name) => name.includes('b-') || name.endsWith('b.mjs'))!,
    )
    const text = readFileSync(body, 'utf8')
    chmodSync(body, 0o644)
    writeFileSync(body, `${text} `)
    const damaged = await mimeport(['check'], options)
    assert.is(damaged.status, 1)
    assert.match(damaged.stdout, /FAULT +vendor .*bytes are sha256-.*\n +→ npx mimeport vendor\n/)
    writeFileSync(body, text)
    const lock = readFileSync(join(project.path, 'mimeport.lock'), 'utf8')
    const hash = 'A'.repeat(43)
    const more = `  "${server.url}/c.mjs": {"integrity":"sha256-${hash}=","type":"text/javascript","format":"module"},`
    const lines = lock.split('\n')
    project.write({ 'mimeport.lock': [...lines.slice(0, -3), more, ...lines.slice(-3)].join('\n') })
    assert.match(await check(), /FAULT +vendor .*lacks 1 body of the lock: 'http:.*c\.mjs'/)
    project.write({ 'mimeport.lock': lock.replace('"integrity"', '"integrty"') })
    assert.match(await check(), /FAULT +lock .*line 2: /)
    project.write({ 'mimeport.lock': lock, 'mimeport.json': '{ "allow": ["https://esm.sh/"] }' })
    const refused = await mimeport(['check'], options)
    assert.is(refused.status, 0)
    assert.match(refused.stdout, /note +lock +2 entries may not be imported: 'http/)
  } finally {
    project.remove()
    await server.stop()
  }
  const frozen = await found({}, { MIMEPORT_FROZEN: '1' })
  assert.match(said(frozen.faults), /lock: there is no '.*', and it is frozen/)
})

test('a loader that ends the thread is told, too', async () => {
  const { faults } = await found({
    'mimeport.json': '{ "loaders": ["./exits.mjs"] }',
    'exits.mjs': 'process.exit(3)',
  })
  assert.match(said(faults), /exits/)
})

test('init writes the address of the schema and nothing else, and never over anything', async () => {
  const project = makeProject({ 'deep/x.txt': '' })
  const options = { cwd: join(project.path, 'deep') }
  const file = join(project.path, 'mimeport.json')
  try {
    const { status, stdout } = await mimeport(['init'], options)
    assert.is(status, 0)
    assert.match(stdout, /mimeport\.json is written\n$/)
    const written = readFileSync(file, 'utf8')
    const settings = JSON.parse(written) as { $schema: string }
    assert.equal(Object.keys(settings), ['$schema'])
    assert.match(readFileSync(resolve(project.path, settings.$schema), 'utf8'), 'mimeport')
    assert.is((await mimeport(['check'], options)).status, 0)
    const twice = await mimeport(['init'], options)
    assert.is(twice.status, 1)
    assert.match(twice.stderr, /there is one already, '.*mimeport\.json', and it stays as it is/)
    assert.is(readFileSync(file, 'utf8'), written)
  } finally {
    project.remove()
  }
  const named = makeProject({ 'package.json': '{ "mimeport": {} }' })
  const inPackage = await mimeport(['init'], { cwd: named.path })
  assert.is(inPackage.status, 1)
  assert.match(inPackage.stderr, /"mimeport" in 'package\.json'/)
  assert.equal(readdirSync(named.path), ['package.json'])
  named.remove()
  const linked = makeProject({ 'node_modules/mimeport/schema.json': '{}' })
  // A link to nowhere is no file to Node, and is not followed.
  symlinkSync(join(linked.path, 'elsewhere.json'), join(linked.path, 'mimeport.json'))
  assert.is((await mimeport(['init'], { cwd: linked.path })).status, 1)
  assert.not.ok(readdirSync(linked.path).includes('elsewhere.json'))
  linked.remove()
  const installed = makeProject({ 'node_modules/mimeport/schema.json': '{}' })
  const { stdout } = await mimeport(['init', '--json'], { cwd: installed.path })
  const { file: path } = JSON.parse(stdout) as { file: string }
  const { $schema } = JSON.parse(readFileSync(path, 'utf8')) as { $schema: string }
  assert.is($schema, './node_modules/mimeport/schema.json')
  installed.remove()
})

test.run()
