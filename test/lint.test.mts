/** The structure is held by lint: each rule fires where it should, and only there. */

import { execFileSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject } from './support/spawn.mts'

const test = suite('lint')
const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A tree of two-line files, and the rules that oxlint finds broken in it: `file: message`. */
function lint(files: Readonly<Record<string, string>>): string[] {
  const project = makeProject(files)
  try {
    cpSync(join(root, '.oxlintrc.json'), join(project.path, '.oxlintrc.json'))
    const args = ['--format', 'json', '.']
    let out: string
    try {
      const oxlint = join(root, 'node_modules/.bin/oxlint')
      out = execFileSync(oxlint, args, { cwd: project.path, encoding: 'utf8' })
    } catch (error) {
      out = (error as { stdout: string }).stdout
    }
    const { diagnostics } = JSON.parse(out) as {
      diagnostics: { filename: string; code: string; help?: string }[]
    }
    return diagnostics.map(({ filename, code }) => `${filename}: ${code}`).sort()
  } finally {
    project.remove()
  }
}

const uses = (path: string) => `import { x } from '${path}'\nexport const y = x\n`
const restricted = 'eslint(no-restricted-imports)'

test('core may not import a loader, and a loader may import what is made for loaders', () => {
  assert.equal(
    lint({
      'core/types.mts': 'export const x = 1\n',
      'core/registry.mts': uses('../loaders/a/a.mts'),
      'loaders/a/a.mts': uses('../../core/types.mts'),
    }),
    [`core/registry.mts: ${restricted}`],
  )
})

test('a loader may not import another loader, nor the engine', () => {
  assert.equal(
    lint({
      'core/engine/registry.mts': 'export const x = 1\n',
      'core/resource/resource.mts': 'export const x = 1\n',
      'loaders/a/a.mts': uses('../b/b.mts'),
      'loaders/b/b.mts': uses('../../core/engine/registry.mts'),
      'loaders/c/c.mts': uses('../../core/resource/resource.mts'),
      'loaders/d/d.mts': uses('./e.mts'),
      'loaders/d/e.mts': 'export const x = 1\n',
    }),
    [`loaders/a/a.mts: ${restricted}`, `loaders/b/b.mts: ${restricted}`],
  )
})

test('the application thread may not import the engine, nor the engine the application thread', () => {
  assert.equal(
    lint({
      'core/application/hooks.mts': uses('../engine/acquire.mts'),
      'core/engine/acquire.mts': 'export const x = 1\n',
      'core/engine/engine.mts': uses('../application/config.mts'),
      'core/application/config.mts': 'export const x = 1\n',
      'core/application/attach.mts': uses('../bridge/client.mts'),
      'core/bridge/client.mts': 'export const x = 1\n',
      'core/engine/boot.mts': uses('./acquire.mts'),
    }),
    [`core/application/hooks.mts: ${restricted}`, `core/engine/engine.mts: ${restricted}`],
  )
})

test('a command may import neither the engine nor the hooks, and may ask through the bridge', () => {
  assert.equal(
    lint({
      'cli/lock.mts': uses('../core/engine/walk.mts'),
      'cli/run.mts': uses('../core/application/attach.mts'),
      'cli/vendor.mts': uses('../core/bridge/client.mts'),
      'core/application/attach.mts': 'export const x = 1\n',
      'core/bridge/client.mts': 'export const x = 1\n',
      'core/engine/walk.mts': 'export const x = 1\n',
    }),
    [`cli/lock.mts: ${restricted}`, `cli/run.mts: ${restricted}`],
  )
})

test('the threads meet only in the bridge', () => {
  const worker = `import { Worker } from 'node:worker_threads'\nexport const y = Worker\n`
  assert.equal(lint({ 'core/engine/engine.mts': worker, 'core/bridge/worker.mts': worker }), [
    `core/engine/engine.mts: ${restricted}`,
  ])
})

test('no cycles, and no console', () => {
  assert.equal(
    lint({
      'core/a.mts': `import { z } from './b.mts'\nexport const x = () => z\n`,
      'core/b.mts': `import { x } from './a.mts'\nexport const z = x\nconsole.log(z)\n`,
    })
      .map((each) => each.replace(/^.*: /, ''))
      .sort(),
    ['import(no-cycle)', 'eslint(no-console)', 'import(no-cycle)'].sort(),
  )
})

test.run()
