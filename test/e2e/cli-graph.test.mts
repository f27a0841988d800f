/** `mimeport graph`, as a user runs it. What is drawn is in test/core/graph-text.test.mts, the page in test/browser. */

import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../support/cli.mts'
import { startServer } from '../support/server.mts'
import { makeProject } from '../support/spawn.mts'
import { denied, passed } from '../threats/record.mts'
import type { ModuleGraph } from '../../core/explanation.mts'
import type { TestServer } from '../support/server.mts'
import type { Project, Run } from '../support/spawn.mts'

const test = suite<{ server: TestServer; project: Project }>('mimeport graph')

const markdown =
  "# T\n\n```ts\nimport { kilo } from './units.ts'\nenum Unit { kilo }\nexport const x: string = kilo(Unit.kilo)\n```\n"

test.before(async (context) => {
  const server = await startServer()
  await server.set({
    '/latest': { status: 302, headers: { location: '/report.md' } },
    '/report.md': { headers: { 'content-type': 'text/markdown' }, body: markdown },
    '/units.ts': {
      headers: { 'content-type': 'application/typescript' },
      body: "import '/latest'\nimport { sep } from 'node:path'\nexport const kilo = (n: number) => n + sep\n",
    },
    '/data.json': {
      headers: { 'content-type': 'application/json' },
      body: '{"a":"</script><!--"}',
    },
    '/broken.mjs': { headers: { 'content-type': 'text/javascript' }, body: "import './gone.mjs'" },
  })
  const ran = "globalThis.process.getBuiltinModule('node:fs').writeFileSync('ran', '')"
  const project = makeProject({
    'app.mjs': `${ran}\nimport '${server.url}/latest'\nimport data from '${server.url}/data.json' with { type: 'json' }\nimport './local.mjs'\n`,
    'local.mjs': `import '${server.url}/units.ts'\n`,
    'broken.mjs': `import '${server.url}/broken.mjs'\n`,
    'mimeport.lock': '{\n  "version": 1\n}\n',
  })
  Object.assign(context, { server, project })
})

test.after(async ({ server, project }) => {
  await server.stop()
  project.remove()
})

interface Context {
  readonly server: TestServer
  readonly project: Project
}

async function graph({ server, project }: Context, ...args: string[]): Promise<Run> {
  const run = await mimeport(['graph', ...args], { cwd: project.path })
  return { ...run, stdout: run.stdout.replaceAll(server.url, 'http://h') }
}

test('prints a tree and a summary; nothing of the program is run, and nothing is locked', async (context) => {
  const { stdout, stderr, status } = await graph(context, 'app.mjs')
  assert.is(stderr, '')
  assert.is(status, 0)
  const lines = stdout.trimEnd().split('\n')
  assert.match(lines[0]!, /^app\.mjs {2}module, \d+ bytes$/)
  assert.match(
    lines[1]!,
    /^├─ http:\/\/h\/report\.md {2}text\/markdown → application\/typescript → module, \d+ bytes → \d+ bytes, 1 redirect/,
  )
  assert.match(lines[2]!, /^│ {2}└─ http:\/\/h\/units\.ts {2}application\/typescript → module, /)
  assert.is(lines[3], '│     ├─ http://h/report.md  (cycle)')
  assert.is(lines[4], '│     └─ node:path  (builtin)')
  assert.match(lines[5]!, /^├─ http:\/\/h\/data\.json \(type json\) {2}json, 21 bytes/)
  assert.match(lines[6]!, /^└─ local\.mjs {2}module/)
  assert.is(lines[7], '   └─ http://h/units.ts  (above)')
  assert.match(lines[9]!, /^5 modules, .+; 2 files, 3 from 1 origin; 2 transformed; 4 requests, /)
  assert.is(lines.length, 10)
  assert.not.ok(existsSync(join(context.project.path, 'ran')))
  assert.is(
    readFileSync(join(context.project.path, 'mimeport.lock'), 'utf8'),
    '{\n  "version": 1\n}\n',
  )
})

test('what fails is in the tree, told on stderr, and the exit code', async (context) => {
  const { stdout, stderr, status } = await graph(context, 'broken.mjs')
  assert.is(status, 1)
  assert.match(stdout, '└─ ./gone.mjs  (failed: ERR_MODULE_NOT_FOUND)')
  assert.match(stdout, '; 1 import failed')
  assert.match(stderr, /^1 import failed:\n {2}ERR_MODULE_NOT_FOUND: /)
})

test('--json is the graph, in ASCII', async (context) => {
  const { stdout, status } = await graph(context, 'app.mjs', '--json')
  assert.is(status, 0)
  const { entries, modules, failures } = JSON.parse(stdout) as ModuleGraph
  assert.is(entries.length, 1)
  assert.equal(failures, [])
  assert.equal(modules.map(({ url }) => url.split('/').at(-1)).sort(), [
    'app.mjs',
    'data.json',
    'local.mjs',
    'report.md',
    'units.ts',
  ])
  assert.not.ok(modules.some(({ texts }) => texts !== undefined))
  assert.match(stdout, /^[\n -~]*$/)
})

test('--dot and --mermaid are diagrams', async (context) => {
  assert.match(
    (await graph(context, 'app.mjs', '--dot')).stdout,
    /^digraph modules \{\n[^]*\n\}\n$/,
  )
  assert.match((await graph(context, 'app.mjs', '--mermaid')).stdout, /^flowchart LR\n/)
})

test('--html writes a page into the file after it, over a page of its own, and over nothing else', async (context) => {
  const { project } = context
  const file = join(project.path, 'out.html')
  for (const args of [
    ['app.mjs', '--html', 'out.html'],
    ['--html=out.html', 'app.mjs'],
  ]) {
    const { stdout, stderr, status } = await graph(context, ...args)
    assert.is(stderr, '')
    assert.is(status, 0)
    assert.match(stdout, /^out\.html: 5 modules, .*; 4 requests, .*\n$/)
  }
  const html = readFileSync(file, 'utf8')
  const [, data = ''] = /id="data">([^<]*)<\/script>/.exec(html)!
  const { graph: found, title } = JSON.parse(data) as { graph: ModuleGraph; title: string }
  assert.is(title, 'app.mjs')
  const report = found.modules.find(({ url }) => url.endsWith('/report.md'))!
  assert.is(report.texts?.original, markdown)
  assert.match(report.texts?.map ?? '', '"mappings"')
  assert.not.match(html, 'SourceMappingURL')

  project.write({ 'mine.html': '<p>mine</p>' })
  const refused = await graph(context, 'app.mjs', '--html', 'mine.html')
  assert.is(refused.status, 2)
  assert.match(refused.stderr, "'mine.html' is there, and no page of this command")
  assert.is(readFileSync(join(project.path, 'mine.html'), 'utf8'), '<p>mine</p>')
})

test('a link that leads to nothing is replaced by the page, not followed', async (context) => {
  const { path } = context.project
  symlinkSync(join(path, 'elsewhere'), join(path, 'linked.html'))
  const { status, stderr } = await graph(context, '--html', 'linked.html', 'local.mjs')
  assert.is(status, 0, stderr)
  assert.not.ok(existsSync(join(path, 'elsewhere')))
  assert.not.ok(lstatSync(join(path, 'linked.html')).isSymbolicLink())
  denied('T42', 'a page written through a link')
  assert.is((await graph(context, '--html', 'plain.html', 'local.mjs')).status, 0)
  assert.ok(readFileSync(join(path, 'plain.html'), 'utf8').startsWith('<!doctype html>'))
  passed('T42', 'a page')
})

test('what modules say is data in the page, and its policy has the digest of the one script', async (context) => {
  const { stdout } = await mimeport(['graph', '--html', 'app.mjs'], {
    cwd: context.project.path,
  })
  const [, data = ''] = /<script type="application\/json" id="data">(.*)<\/script>\n/.exec(stdout)!
  assert.not.match(data, /[<>&]|[^ -~]/)
  assert.ok(JSON.stringify(JSON.parse(data)).includes('</script><!--'))
  denied('T43', 'the end of a script, in a module')
  assert.is(stdout.split(/<script\b/).length, 3)
  const [, script = ''] = /<script type="module">([^]*?)<\/script>/.exec(stdout)!
  const digest = createHash('sha256').update(script).digest('base64')
  assert.ok(stdout.includes(`default-src 'none'; script-src 'sha256-${digest}';`))
  passed('T43', "the page's own script")
})

test('--html without a file prints the page, as it is', async (context) => {
  const { stdout, status } = await graph(context, '--html', 'app.mjs')
  assert.is(status, 0)
  assert.match(stdout, /^<!doctype html>\n[^]*<\/html>\n$/)
  // A file that is called like a page is one only after the option.
  const { stderr } = await graph(context, 'nowhere.html')
  assert.match(stderr, "there is no file 'nowhere.html'")
})

test('a secret of a URL is in no form of the graph', async (context) => {
  const url = `${context.server.url}/broken.mjs?token=canary`
  for (const form of ['--html', '--json', '--dot', '--mermaid', undefined]) {
    const run = await graph(context, url, ...(form === undefined ? [] : [form]))
    assert.is(run.status, 1)
    assert.match(
      run.stdout,
      'broken.mjs?token=***'.replaceAll('*', form === '--mermaid' ? '#42;' : '*'),
    )
    assert.not.match(run.stdout + run.stderr, 'canary')
  }
})

test('two forms at once, and an entry that is not there, are wrong usage', async (context) => {
  for (const [args, said] of [
    [['app.mjs', '--dot', '--json'], '--dot and --json exclude each other'],
    [['app.mjs', '--html', '--mermaid'], '--mermaid and --html exclude each other'],
    [['nowhere.mjs'], "there is no file 'nowhere.mjs'"],
    [[], 'name the program'],
  ] as const) {
    const { stderr, status, stdout } = await graph(context, ...args)
    assert.is(status, 2)
    assert.match(stderr, said)
    assert.is(stdout, '')
  }
})

test.run()
