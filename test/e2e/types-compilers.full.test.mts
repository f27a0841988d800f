/** `mimeport types` with other compilers, and other ways in which these resolve. TypeScript 5.9: `npm run programs`. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startServer } from '../support/server.mts'
import {
  projectFiles,
  rightProgram,
  routes,
  startHandbook,
  wrongProgram,
} from '../support/typed-imports.mts'
import { typedProject } from '../support/typed-project.mts'

const test = suite('types-compilers')
const node = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const compilers = {
  '7': node('node_modules/typescript'),
  '5.9': node('test/programs/node_modules/typescript'),
}

for (const [version, compiler] of Object.entries(compilers)) {
  if (!existsSync(compiler)) {
    process.stderr.write(`LEFT OUT: TypeScript ${version} is not there: npm run programs\n`)
    continue
  }
  test(`TypeScript ${version} makes declarations, and checks with them, in each way of resolving`, async () => {
    const [server, github] = await Promise.all([startServer(), startHandbook()])
    await server.set(routes)
    const bad = wrongProgram(server.url)
    const files = {
      ...projectFiles(server.url),
      'src/app.ts': rightProgram(server.url),
      'src/bad.ts': bad.text,
    }
    const project = typedProject(files, { compiler })
    const { stderr, status } = await project.types(['src/app.ts'], { env: github.env })
    assert.is(stderr, '')
    assert.is(status, 0)
    for (const [module, resolution] of [
      ['nodenext', 'nodenext'],
      ['node20', 'node16'],
      ['esnext', 'bundler'],
      ['preserve', 'bundler'],
    ] as const) {
      const how = { module, resolution, compiler: join(compiler, 'bin/tsc') }
      const { others, lines } = await project.errorsOf('src/bad.ts', how)
      assert.equal(others, [], module)
      assert.equal(lines, bad.lines, module)
    }
    project.remove()
    await Promise.all([server.stop(), github.stop()])
  })
}

test.run()
