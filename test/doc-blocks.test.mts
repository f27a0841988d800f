/**
 * Every code block of the documents is what it says: programs and loaders are run, through mimeport, in a project whose hosts
 * are on loopback; configurations are read; commands, options and files of shells are there. What cannot be run says why, in a
 * comment before it that readers do not see: `<!-- not run: … -->`. docs/decisions/054-code-in-documents.md
 */

import { globSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSettings } from '../core/application/config/config.mts'
import { blocksOf, commandsIn, placeOf } from './support/doc-blocks.mts'
import { placeIn, runImage, runLine, runShells } from './support/doc-commands.mts'
import { runBlocks } from './support/doc-programs.mts'
import { shellFault } from './support/doc-shell.mts'
import { impossible, startWorld } from './support/doc-world.mts'
import { root } from './support/documents.mts'
import { makeProject } from './support/spawn.mts'
import type { DocBlock } from './support/doc-blocks.mts'
import type { Result } from './support/doc-programs.mts'
import type { World } from './support/doc-world.mts'

const test = suite('code in documents')

/** Pages whose blocks another test runs, each in a way of its own. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  // test/node-notes.full.test.mts
  'docs/node-notes.md': ['js', 'sh', 'text'],
  // test/cli-docs.test.mts
  'docs/cli.md': ['console', 'js', 'ts', 'text', 'json'],
}

/** What is no code: output, messages, pictures. */
const quiet = new Set([
  '',
  'text',
  'md',
  'ini',
  'toml',
  'yaml',
  'json5',
  'csv',
  'tsv',
  'html',
  'css',
  'dockerfile',
  'diff',
])
const programs = new Set(['js', 'mjs', 'cjs', 'ts', 'mts', 'tsx', 'jsx'])

const documents = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...globSync(['docs/*.md', 'loaders/README.md', 'loaders/*/README.md'], { cwd: root }),
  ...globSync(['examples/*/README.md', 'contract/README.md'], { cwd: root }),
].map((path) => path.replaceAll('\\', '/'))

const blocks = documents.flatMap((document) =>
  blocksOf(document).filter(({ language }) => elsewhere[document]?.includes(language) !== true),
)

let world: World
test.before(async () => void (world = await startWorld()))
test.after(() => world.stop())

test('each block has a language that is known, and each marker a reason', () => {
  for (const block of blocks) {
    const { language, notRun } = block
    const known = quiet.has(language) || programs.has(language)
    assert.ok(
      known || ['json', 'sh', 'console', 'jsonc'].includes(language),
      `${placeOf(block)}: '${language}' is checked by nobody`,
    )
    assert.ok(notRun === undefined || notRun.length >= 10, `${placeOf(block)}: not run, and why?`)
    assert.ok(notRun === undefined || !quiet.has(language), `${placeOf(block)}: it is no code`)
  }
})

/** What is wrong with JSON that is no configuration of ours: `tsconfig.json`. */
function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** What is wrong with a configuration. */
function configFault({ file = 'mimeport.json', text }: DocBlock): string | undefined {
  if (file !== 'mimeport.json') return jsonFault(text)
  const project = makeProject({ 'mimeport.json': text })
  process.env['MIMEPORT_CONFIG'] = join(project.path, 'mimeport.json')
  try {
    readSettings({ self: import.meta.url, loaders: new URL('.', import.meta.url), builtIn: [] })
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    delete process.env['MIMEPORT_CONFIG']
    project.remove()
  }
}

/** Holds a block to what was found wrong with it: nothing; or something, where it says that it cannot be run. */
function hold(block: DocBlock, fault: string | undefined): void {
  if (block.notRun === undefined) assert.is(fault, undefined, `${placeOf(block)}: ${fault}`)
  else assert.ok(fault !== undefined, `${placeOf(block)} can be run: its marker is not needed`)
}

test('each configuration is one', () => {
  const found = blocks.filter(({ language }) => language === 'json')
  assert.ok(found.length > 10, 'there are configurations')
  for (const block of found) hold(block, configFault(block))
})

/** The files that a block's document has. */
const filesOf = ({ document }: DocBlock) =>
  blocks.filter((each) => each.document === document).flatMap(({ file }) => file ?? [])

test('what a shell is told to do can be done', async () => {
  const found = blocks.filter(({ language }) => language === 'sh')
  assert.ok(found.length > 20, 'there are commands')
  for (const block of found) {
    hold(block, await shellFault(block.text, block.document, filesOf(block)))
  }
})

test('a command within a line of text can be given', async () => {
  let count = 0
  for (const document of documents) {
    const files = blocks.flatMap((each) => (each.document === document ? (each.file ?? []) : []))
    for (const command of commandsIn(document)) {
      count += 1
      const fault = await shellFault(command, document, files)
      assert.is(fault, undefined, `${document}: ${fault}`)
    }
  }
  assert.ok(count > 50, `there are commands: ${count}`)
})

/** Pages that are followed from their beginning to their end. */
const guides = ['getting-started', 'literate-programming', 'production', 'migrating'].map(
  (name) => `docs/${name}.md`,
)

test('what a guide tells a shell to do is done', async () => {
  const each = guides.map((guide) => blocks.filter(({ document }) => document === guide))
  const found = await Promise.all(each.map((own) => runShells(world, own)))
  for (const [index, { faults }] of found.entries()) assert.equal(faults, [], guides[index])
  assert.ok(found.reduce((sum, { lines }) => sum + lines, 0) > 5, 'there are lines')
})

test('a command that fails, or a document that is a test and lies, is found', async () => {
  const lie = "```js\nimport { test } from 'node:test'\ntest('x', () => { throw 1 })\n```\n"
  const place = placeIn(world, { 'lie.test.md': lie, 'app.mjs': `import './nowhere.mjs'` })
  try {
    for (const line of [
      'node --import mimeport --test lie.test.md',
      'node --import mimeport app.mjs',
      'npx mimeport lock app.mjs',
      'nothing',
    ]) {
      assert.ok(await runLine(line, place, world.env), line)
    }
    assert.not(await runLine('node --import mimeport --check app.mjs', place, world.env))
  } finally {
    place.remove()
  }
})

test('the image of docs/production.md starts offline and frozen, and whoever runs it may read its modules', async () => {
  const { text } = blocks.find(({ language }) => language === 'dockerfile')!
  const app = `import { x } from 'https://example.com/x.mjs'\nif (x !== 1) throw new Error('x')`
  for (const isLocked of [true, false]) {
    const place = placeIn(world, { 'app.mjs': app })
    try {
      if (isLocked) assert.not(await runLine('npx mimeport lock app.mjs', place, world.env))
      const { env, fault } = await runImage(text, place, world.env)
      if (!isLocked) assert.match(fault ?? '', /mimeport cache[^]*ERR_MIMEPORT_FROZEN|lock/)
      else {
        assert.is(fault, undefined)
        assert.is(env['MIMEPORT_OFFLINE'], '1')
        const folder = env['MIMEPORT_CACHE']!
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        assert.ok(files.length > 2, 'there are modules')
        const closed = files.filter((file) => (statSync(join(folder, file)).mode & 0o004) === 0)
        if (process.platform !== 'win32') assert.equal(closed, [])
      }
    } finally {
      place.remove()
    }
  }
})

test('what a shell is shown to print comes from a command that is there', async () => {
  for (const block of blocks.filter(({ language }) => language === 'console')) {
    const lines = [...block.text.matchAll(/^\$ (.+)$/gm)].map(([, line]) => line)
    assert.ok(lines.length > 0, `${placeOf(block)} has no command`)
    const fault = await shellFault(lines.join('\n'), block.document, filesOf(block))
    assert.is(fault, undefined, `${placeOf(block)}: ${fault}`)
    assert.ok(block.notRun !== undefined, `${placeOf(block)}: its output is compared by nobody`)
  }
})

const withPrograms = Object.entries(Object.groupBy(blocks, ({ document }) => document)).filter(
  ([document, own]) =>
    own!.some(({ language }) => programs.has(language)) && !impossible.includes(document),
)
/** A test runner goes on when its module has been imported. */
const isLate = (document: string) => document.startsWith('contract/')
const results: Promise<Result[]>[] = []
test.before(() => {
  for (const late of [false, true]) {
    const own = withPrograms.filter(([document]) => isLate(document) === late)
    results.push(
      runBlocks(
        world,
        own.map(([, each]) => each!),
      ),
    )
  }
})

for (const [document] of withPrograms) {
  test(`${document}: its programs run, and print what they say`, async () => {
    const all = (await Promise.all(results)).flat()
    const own = all.filter(({ block }) => block.document === document)
    assert.ok(own.length > 0, 'there are results')
    for (const { block, fault } of own) hold(block, fault)
  })
}

test('a block that lies is found', async () => {
  const block = (language: string, text: string, more: Partial<DocBlock> = {}): DocBlock => ({
    document: 'x.md',
    line: 1,
    section: 0,
    language,
    text,
    file: undefined,
    notRun: undefined,
    ...more,
  })
  const wrong = [
    `import './nowhere.mjs'`,
    `export const schemes = 7\nexport const accepts = ['x/y']`,
    `console.log(1) // 2`,
    `Math.max(1, 2) // 3`,
    `import { nothing } from 'mimeport'`,
  ]
  const right = [
    `import rows from './prices.tsv'\nconsole.log(rows.length) // 1`,
    `export const accepts = ['x/y']\nexport const transform = (h, body) => ({ source: body, format: 'module' })`,
    `Math.max(1, 2) // 2`,
  ]
  const texts = [...wrong, ...right]
  const found = await runBlocks(
    world,
    texts.map((text) => [block('js', `${text}\n`)]),
  )
  for (const [index, { fault }] of found.entries()) {
    assert.is(fault !== undefined, index < wrong.length, `${texts[index]}: ${fault}`)
  }
  assert.ok(configFault(block('json', '{ "laoders": [] }')))
  assert.not(configFault(block('json', '{ "loaders": [] }')))
  assert.ok(configFault(block('json', '{ "extends": }', { file: 'tsconfig.json' })))
  assert.not(configFault(block('json', '{ "extends": "./x" }', { file: 'tsconfig.json' })))
  for (const line of [
    'npm run nothing',
    'npx mimeport nothing',
    'npx mimeport lock --nothing',
    'node --nothing app.mjs',
    'node --import mimeport nowhere.mjs',
    'MIMEPORT_NOTHING=1 node app.mjs',
    'nothing',
    'npm test && nothing',
  ]) {
    assert.ok(await shellFault(line, 'x.md'), line)
  }
  const good = 'MIMEPORT_OFFLINE=1 node --import mimeport app.mjs > log # and so on'
  assert.not(await shellFault(`${good}\nnpx mimeport lock --check app.mjs | jq`, 'x.md'))
})

test.run()
