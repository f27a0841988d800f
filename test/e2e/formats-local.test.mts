/** CommonJS that a loader made of a local file, under names that say something else: the file is found without asking Node. */

import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run, runProject } from '../support/spawn.mts'

const test = suite('formats: local files')

/** Makes CommonJS of everything that it is given. */
const loaders = {
  'mimeport.json': '{ "loaders": ["./loaders/*"] }',
  'loaders/old.mjs': `
    export const extensionMimeMap = { old: 'text/x-old', 'x.mjs': 'text/x-old', 'x.json': 'text/x-old', 'x.js': 'text/x-old' }
    export const accepts = ['text/x-old']
    export const transform = (headers, body) => ({
      source: 'exports.text = ' + JSON.stringify(body.trim()) + '; exports.up = typeof require; exports.name = __filename.split(/[/\\\\\\\\]/).pop()',
      format: 'commonjs',
    })`,
}

const script = `#!/usr/bin/env node
const { sep } = require('node:path')
exports.sep = sep.length
exports.isMain = require.main === module
if (exports.isMain) console.log(JSON.stringify([module.id === '.' || module.id === __filename, __filename, process.argv.slice(2), require('./beside.cjs')]))
`

test('a file that a loader makes CommonJS of is imported and required, under every name', async () => {
  const names = ['a.old', 'a.x.mjs', 'a.x.json', 'a.x.js', 'tool', 'bin/a.old']
  for (const type of ['module', 'commonjs']) {
    const { stdout, stderr } = await runProject({
      ...loaders,
      'package.json': JSON.stringify({ type }),
      ...Object.fromEntries(names.map((name) => [name, name === 'tool' ? script : 'text\n'])),
      'app.mjs': `
        import { createRequire } from 'node:module'
        const require = createRequire(import.meta.url)
        for (const name of ${JSON.stringify(names)}) {
          const imported = await import('./' + name)
          const again = await import(new URL(name + '?2', import.meta.url))
          const required = require('./' + name)
          const { text = imported.sep } = imported
          console.log(name, text, imported.default === required, again.default === required, import.meta.resolve('./' + name) === new URL(name, import.meta.url).href)
        }`,
    })
    assert.is(stderr, '', type)
    assert.is(
      stdout,
      names.map((name) => `${name} ${name === 'tool' ? 1 : 'text'} true true true\n`).join(''),
      type,
    )
  }
})

test('a script without an extension is a program, in a package of ES modules, too', async () => {
  for (const type of ['module', 'commonjs']) {
    const project = makeProject({
      'package.json': JSON.stringify({ type }),
      'bin/tool': script,
      'bin/beside.cjs': "module.exports = 'beside'",
    })
    symlinkSync(join(project.path, 'bin/tool'), join(project.path, 'linked'))
    try {
      for (const main of ['bin/tool', 'linked']) {
        const { stdout, stderr } = await run([main, 'x'], { cwd: project.path })
        assert.is(stderr, '', `${type} ${main}`)
        assert.equal(JSON.parse(stdout), [true, join(project.path, 'bin/tool'), ['x'], 'beside'])
      }
      const kept = await run(['--preserve-symlinks-main', 'bin/tool', 'x'], { cwd: project.path })
      assert.is(kept.stderr === '', type === 'commonjs', kept.stderr)
    } finally {
      project.remove()
    }
  }
})

test('symbolic links lead to one instance, and keep apart with --preserve-symlinks', async () => {
  const project = makeProject({
    'real/page.md': '```js\nexport default {}; export const url = import.meta.url\n```\n',
    'app.mjs': `
      const [a, b] = [await import('./real/page.md'), await import('./link.md')]
      console.log(a === b, b.url.split('/').pop())`,
  })
  try {
    symlinkSync(join(project.path, 'real/page.md'), join(project.path, 'link.md'))
    const through = await run(['app.mjs'], { cwd: project.path })
    assert.is(through.stdout + through.stderr, 'true page.md\n')
    const kept = await run(['--preserve-symlinks', 'app.mjs'], { cwd: project.path })
    assert.is(kept.stdout + kept.stderr, 'false link.md\n')
  } finally {
    project.remove()
  }
})

test('what is missing, a folder, or has an encoded separator fails as in Node', async () => {
  const files = {
    'folder.md/x.mjs': '',
    'app.mjs': `
      for (const specifier of ['./missing.md', './missing', './folder.md', './folder', './a%2fb.md', './a%5Cb', 'file:///missing.md', './folder.md/'])
        await import(specifier).catch(({ code, message }) => console.log(specifier, code, message))`,
  }
  const { path, stdout, stderr } = await runProject(files)
  const without = await runProject(files, { nodeArgs: [] })
  assert.is(stderr, '')
  assert.is(stdout.replaceAll(path, ''), without.stdout.replaceAll(without.path, ''))
})

test('from a package, CommonJS under such a name is refused with the reason, and required', async () => {
  const { stdout, stderr } = await runProject({
    'node_modules/pkg/package.json': '{ "type": "module" }',
    'node_modules/pkg/run': script,
    'app.mjs': `
      import { createRequire } from 'node:module'
      await import('pkg/run').catch(({ code, message }) => console.log(code, message.split(': ').slice(1).join(': ')))
      console.log(import.meta.resolve('pkg/run').endsWith('/pkg/run'), createRequire(import.meta.url)('pkg/run').sep)`,
  })
  assert.is(stderr, '')
  assert.is(
    stdout,
    "ERR_MIMEPORT_UNSUPPORTED_FORMAT its text is CommonJS, which Node will not import from a package under a name that says 'module': require() it, or rename it\ntrue 1\n",
  )
})

test.run()
