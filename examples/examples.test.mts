/** Every example prints what it says that it prints. */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mimeport } from '../test/support/cli.mts'
import { run } from '../test/support/spawn.mts'

const test = suite('examples')
const here = dirname(fileURLToPath(import.meta.url))
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

/** Git may have checked files out with other line ends. */
const text = (path: string) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n')

for (const name of folders.filter((each) => each !== 'demo' && each !== 'loaders')) {
  const folder = join(here, name)

  test(`${name} prints its expected.txt`, async () => {
    const options = { cwd: folder, nodeArgs: ['--import', '../../loader.mts'] }
    const { stdout, stderr, status } = await run(['app.mjs'], options)
    assert.is(stderr, '')
    assert.is(stdout, text(join(folder, 'expected.txt')))
    assert.is(status, 0)
  })

  test(`${name} has a README whose command is the one that is run here`, () => {
    assert.match(text(join(folder, 'README.md')), 'node --import ../../loader.mts app.mjs')
    assert.ok(existsSync(join(folder, 'package.json')), 'it stands alone')
  })
}

/** The repository of the demo has fixed authors and dates: its commit is the same on every machine. */
const commit = 'github://acme/handbook@39c7550c4d16435a958f8b71fdfffbe69eb5d691'

const demo = `a plugin of nine lines (.tsv)      3 rows          <here>/demo/prices.tsv
JavaScript in Markdown             Hello, world    <here>/demo/greeting.mjs.md
a shebang script, no extension     rolled 4        <here>/demo/dice
Markdown with TypeScript, github:  €4.00 = $4.40   ${commit}/report.md
  its TypeScript, with an enum     Currency.EUR    ${commit}/lib/money.ts
  its JSON                         USD, GBP        lib/rates.json
  its CommonJS, by require         round()         ${commit}/lib/legacy.cjs
a module over http                 24 hours a day  http://127.0.0.1:<port>/clock.mjs
`

test('typed-imports is what tsc says that it is, and its declarations are as they would be written', async () => {
  const folder = join(here, 'typed-imports')
  const tsc = join(here, '../node_modules/typescript/bin/tsc')
  const compile = (config: string) =>
    run([tsc, '-p', config, '--pretty', 'false'], { cwd: folder, nodeArgs: [], timeout: 120_000 })
  const { stdout, stderr, status } = await mimeport(['types', '--check', 'program.ts'], {
    cwd: folder,
    timeout: 120_000,
  })
  assert.is(stderr, '')
  assert.match(stdout, 'is as it would be written')
  assert.is(status, 0)
  assert.is((await compile('tsconfig.json')).stdout, '')
  const wrong = (await compile('tsconfig.wrong.json')).stdout.match(/^wrong\.ts.*error/gm)
  assert.is(wrong?.length, 5)
})

test('the demo prints what came from where', async () => {
  const { stdout, stderr, status } = await run([join(here, 'demo/demo.mts')], { nodeArgs: [] })
  assert.is(stderr, '')
  assert.is(
    stdout
      .replaceAll(pathToFileURL(here).href, '<here>')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:<port>'),
    demo,
  )
  assert.is(status, 0)
})

test.run()
