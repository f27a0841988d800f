/** `mimeport types`: what a program imports has real types for `tsc`, and a wrong use of it is an error. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openEditor } from '../support/language-server.mts'
import { startServer } from '../support/server.mts'
import {
  projectFiles,
  rightProgram,
  routes,
  startHandbook,
  wrongProgram,
} from '../support/typed-imports.mts'
import { tsc, typedProject } from '../support/typed-project.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('types')
let server: TestServer
let github: Awaited<ReturnType<typeof startHandbook>>

test.before(async () => {
  server = await startServer()
  github = await startHandbook()
})
test.after(async () => {
  await server.stop()
  await github.stop()
})
test.before.each(() => server.clear())

test('a program that imports everything is checked by tsc as it comes, in each way of resolving', async () => {
  await server.set(routes)
  const bad = wrongProgram(server.url)
  const project = typedProject({
    ...projectFiles(server.url),
    'src/app.ts': rightProgram(server.url),
    'src/bad.ts': bad.text,
  })
  const { stdout, stderr, status } = await project.types(['src/app.ts'], { env: github.env })
  assert.is(stderr, '')
  assert.is(status, 0)
  assert.match(stdout, /^\.mimeport.types: \d+ modules, \d+ files; \d+ written, 0 removed\n$/)
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const { others, lines } = await project.errorsOf('src/bad.ts', { module, resolution })
    assert.equal(others, [], module)
    assert.equal(lines, bad.lines, module)
  }
  project.remove()
})

test('an editor completes, explains, and goes to where it is written', async () => {
  await server.set(routes)
  const text = `import { parse } from 'HOST/declared@1'
import { report } from 'github:acme/handbook/report.md'
import { own } from '../docs/report.ts.md'
parse('x').
`.replaceAll('HOST', server.url)
  const project = typedProject({
    ...projectFiles(server.url),
    'src/app.ts': text.replace(/\.\n$/, '\n'),
  })
  assert.is((await project.types(['src/app.ts'], { env: github.env })).status, 0)
  const path = join(project.path, 'src/app.ts')
  const editor = await openEditor(tsc, project.path, { path, text })
  const hover = async (marker: string) => JSON.stringify(await editor.ask('hover', marker, 1))
  assert.match(await hover('parse }'), 'function parse(text: string): Node')
  assert.match(await hover('parse }'), 'Parses a text.')
  assert.match(await hover('report }'), 'function report(money: Money): string')
  assert.match(await hover('report }'), 'Reports on an amount.')
  assert.match(await hover('own }'), 'Reports on money.')
  const completed = (await editor.ask('completion', "parse('x').", 11)) as {
    items: readonly { label: string }[]
  }
  assert.equal(completed.items.map(({ label }) => label).sort(), ['deep', 'location', 'type'])
  const definition = (await editor.ask('definition', 'own }', 1)) as readonly {
    uri: string
    range: { start: { line: number } }
  }[]
  const document = join(project.path, 'docs/report.ts.md')
  assert.is(definition[0]!.uri, pathToFileURL(document).href)
  const [line] = readFileSync(document, 'utf8').split('\n').slice(definition[0]!.range.start.line)
  assert.match(line!, 'export function own')
  await editor.stop()
  project.remove()
})

test.run()
