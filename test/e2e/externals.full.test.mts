/** Bare names in code from elsewhere: the host project's packages, or what the project names in their place. */

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGitHub } from '../support/github.mts'
import { startServer } from '../support/server.mts'
import { runProject } from '../support/spawn.mts'
import { canary, denied, passed } from '../threats/record.mts'
import type { GitHub } from '../support/github.mts'
import type { TestServer } from '../support/server.mts'

const test = suite('externals')
let server: TestServer
let github: GitHub

test.before(async () => {
  server = await startServer()
  await server.set({
    // Two components, as two build tools make them: an ES module, and CommonJS.
    '/button/index.mjs': `
      import React, { createElement } from 'react'
      import { jsx } from 'react/jsx-runtime'
      export { React }
      export default (props) => createElement('button', props, jsx('b', {}))`,
    '/card/index.cjs': `
      'use strict'
      const React = require('react')
      const { jsx } = require('react/jsx-runtime')
      exports.React = React
      exports.default = (props) => React.createElement('card', props, jsx('i', {}))
      exports.state = require('state')
      exports.twice = require('twice')`,
    '/state.mjs':
      'export * as state from "state"; export * as twice from "twice"; export { default as own } from "host/own"; export * from "@scope/pack/deep"',
    '/import.mjs': 'export default await import(new URL(import.meta.url).searchParams.get("name"))',
    '/require.cjs': 'module.exports = (name) => require(name)',
    '/resolve.mjs': 'export default (name) => import.meta.resolve(name)',
    '/data.mjs': `export default (await import('data:text/javascript,' + encodeURIComponent('export { default } from "dep"; export const later = (await import("dep")).default; export const meta = import.meta.resolve("dep")')))`,
    '/pad.mjs': 'export default "padded elsewhere"',
    '/a/x.mjs': 'export { default } from "dep"',
    '/b/x.mjs': 'export { default } from "dep"',
  })
  github = await startGitHub({
    repos: {
      'o/r': {
        files: {
          'x.mjs': 'export { default } from "dep"',
          'x.cjs': 'module.exports = require("dep")',
        },
      },
    },
  })
})
test.after(async () => {
  await Promise.all([server.stop(), github.stop()])
})

/** A React, as far as two components and their host need one: CommonJS, as React is, with a subpath. */
const react = {
  'node_modules/react/package.json':
    '{ "name": "react", "exports": { ".": "./index.js", "./jsx-runtime": "./jsx.js", "./off": null } }',
  'node_modules/react/index.js': `
    exports.createElement = (type, props, child) => ({ type, props, child, by: exports.id })
    exports.id = Math.random()`,
  'node_modules/react/jsx.js': 'exports.jsx = (type) => ({ type, by: require("./index.js").id })',
}

/** Packages with an entry for \`import\` and one for \`require\`: with one state behind both, and with one in each. */
const dual = {
  'node_modules/state/package.json':
    '{ "name": "state", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }',
  'node_modules/state/index.cjs': 'exports.store = {}',
  'node_modules/state/index.mjs': 'import cjs from "./index.cjs"; export const { store } = cjs',
  'node_modules/twice/package.json':
    '{ "name": "twice", "exports": { "import": "./index.mjs", "require": "./index.cjs" } }',
  'node_modules/twice/index.cjs': 'exports.store = { by: "require" }',
  'node_modules/twice/index.mjs': 'export const store = { by: "import" }',
  'node_modules/@scope/pack/package.json':
    '{ "name": "@scope/pack", "exports": { "./deep": "./lib/deep.js" } }',
  'node_modules/@scope/pack/lib/deep.js': 'exports.deep = "scoped"',
}

const host = {
  'package.json': '{ "name": "host", "type": "module", "exports": { "./own": "./own.mjs" } }',
  'own.mjs': 'export default "of the host"',
  'app.mjs': `
    import React from 'react'
    import { store } from 'state'
    import { store as twice } from 'twice'
    const { S } = process.env
    const button = await import(S + '/button/index.mjs')
    const card = await import(S + '/card/index.cjs')
    const esm = await import(S + '/state.mjs')
    const made = [button.default({ a: 1 }), card.default.default({ b: 2 })]
    console.log('one React', button.React === React, card.React === React)
    console.log('of one mind', new Set(made.flatMap(({ by, child }) => [by, child.by])).size, made[0].by === React.id)
    console.log('one state', esm.state.store === store, card.state.store === store)
    console.log('twice', esm.twice.store === twice, card.twice.store === twice)
    console.log(esm.own, esm.deep)`,
}

test('a host and its remote components share one React, and whatever else is one', async () => {
  const { stdout, stderr } = await runProject(
    { ...react, ...dual, ...host },
    { env: { S: server.url } },
  )
  assert.is(stderr, '')
  assert.equal(stdout.trimEnd().split('\n'), [
    'one React true true',
    'of one mind 1 true',
    'one state true true',
    // A package that brings two of itself is two in Node as well: what imports shares one, what requires the other.
    'twice true false',
    'of the host scoped',
  ])
})

test('a line of the configuration makes one of a package that brings two of itself', async () => {
  const one = { 'mimeport.json': '{ "externals": { "twice": "./node_modules/twice/index.mjs" } }' }
  const { stdout, stderr } = await runProject(
    { ...react, ...dual, ...host, ...one },
    { env: { S: server.url } },
  )
  assert.is(stderr, '')
  assert.match(stdout, '\ntwice true true\n')
})

const dep = { 'node_modules/dep/index.js': 'module.exports = "dep of the host"' }
const outcome = `
  const at = async (specifier) => console.log(await import(specifier).then((m) => m.default?.default ?? m.default, (e) => e.code))`

test('whoever asks: a repository, CommonJS, createRequire, a data: text, import.meta.resolve', async () => {
  const { stdout, stderr, path } = await runProject(
    {
      ...dep,
      'app.mjs': `${outcome}
        const { S } = process.env
        await at('github:o/r/x.mjs')
        await at('github:o/r/x.cjs')
        console.log((await import(S + '/require.cjs')).default('dep'))
        console.log((await import(S + '/resolve.mjs')).default('dep'))
        const data = (await import(S + '/data.mjs')).default
        console.log(data.default, '|', data.later, '|', data.meta)`,
    },
    { env: { ...github.env, S: server.url } },
  )
  assert.is(stderr, '')
  const text = 'dep of the host'
  const url = `file://${path}/node_modules/dep/index.js`
  assert.equal(stdout.trimEnd().split('\n'), [text, text, text, url, `${text} | ${text} | ${url}`])
})

test('a missing package says what to install, and where; a missing part of one says what is not there', async () => {
  const { stdout, path } = await runProject(
    {
      ...react,
      ...dep,
      'app.mjs': `
        const { S } = process.env
        const at = async (name) => {
          const { code, message } = await import(S + '/import.mjs?name=' + encodeURIComponent(name)).catch((e) => e)
          console.log(code, message)
        }
        for (const name of ['preact', '@scope/none/x', 'react/off', 'react/nope', 'dep/nope.js', 'UPPER CASE']) await at(name)
        const { default: require } = await import(S + '/require.cjs')
        try { require('preact') } catch ({ code, message, requireStack }) { console.log(code, message, requireStack.length) }`,
    },
    { env: { S: server.url } },
  )
  const [preact, scoped = '', off = '', nope = '', part = '', upper = '', required = ''] = stdout
    .trimEnd()
    .split('\n')
  const from = (name: string) =>
    `imported from '${server.url}/import.mjs?name=${encodeURIComponent(name)}'`
  assert.is(
    preact,
    `ERR_MODULE_NOT_FOUND Cannot find package 'preact' ${from('preact')}: a bare name in a module that is no file means a package of the program's, and '${path}/' has none of this name: run \`npm install preact\` there`,
  )
  assert.match(scoped, /run `npm install @scope\/none` there$/)
  for (const line of [off, nope]) {
    assert.match(
      line,
      /^ERR_PACKAGE_PATH_NOT_EXPORTED Cannot find 'react\/(?:off|nope)' imported from 'http/,
    )
    assert.match(
      line,
      /Package subpath '\.\/(?:off|nope)' is not defined by "exports" in .*package\.json$/,
    )
  }
  assert.match(
    part ?? '',
    `the program's package '${path}/node_modules/dep' has nothing under this name`,
  )
  assert.not.match(upper, /npm install/)
  assert.match(
    required,
    /^MODULE_NOT_FOUND Cannot find package 'preact' .*`npm install preact` there 1$/,
  )
})

test('rules: only these, none of these, another in their place, by origin', async () => {
  const rules = async (externals: unknown, ...specifiers: string[]) => {
    const { stdout, stderr } = await runProject(
      {
        ...dep,
        'node_modules/other/index.js': 'module.exports = "other"',
        'own.ts': 'export default "own" as string',
        'mimeport.json': JSON.stringify({ externals }),
        'app.mjs': `${outcome}
          for (const each of ${JSON.stringify(specifiers)}) await at(each)`,
      },
      { env: { ...github.env } },
    )
    assert.is(stderr, '')
    return stdout.trimEnd().split('\n')
  }
  const [a, b, repository] = [`${server.url}/a/x.mjs`, `${server.url}/b/x.mjs`, 'github:o/r/x.mjs']
  const [given, refused] = ['dep of the host', 'ERR_MIMEPORT_NOT_ALLOWED']
  assert.equal(await rules(['dep'], a, 'github:o/r/x.cjs'), [given, given])
  assert.equal(await rules(['other'], a, 'github:o/r/x.cjs'), [refused, refused])
  assert.equal(await rules({ dep: false }, a), [refused])
  assert.equal(await rules({ dep: 'other' }, a, 'github:o/r/x.cjs'), ['other', 'other'])
  assert.equal(await rules({ dep: './own.ts' }, a), ['own'])
  assert.equal(await rules({ dep: `${server.url}/pad.mjs` }, a, 'github:o/r/x.cjs'), [
    'padded elsewhere',
    'padded elsewhere',
  ])
  assert.equal(await rules({ dep: 'node:constants' }, a).then(([line = '']) => line[0]), '{')
  const table = { '*': { dep: 'other' }, [`${server.url}/a/`]: true, 'github:o': false }
  assert.equal(await rules(table, a, b, repository), [given, 'other', refused])
  denied('T18', 'an external', 5)
  passed('T18', 'an external', 6)
})

test('a forbidden name prints the line that allows it, and the importing line', async () => {
  const { stderr, status } = await runProject(
    {
      ...dep,
      'mimeport.json': '{ "externals": ["react"] }',
      'app.mjs': `import '${server.url}/a/x.mjs'`,
    },
    {},
  )
  assert.is(status, 1)
  assert.match(
    stderr,
    `Cannot import 'dep' imported from '${server.url}/a/x.mjs': the configuration's "externals" does not let it have this package of the project's; to allow it, write "externals": ["react", "dep"] into '`,
  )
  assert.match(stderr, `at ${server.url}/a/x.mjs:1:25`)
})

test('a missing name of the web is asked of nobody: no loader, no registry, no server', async () => {
  await server.clear()
  await server.set(
    '/import.mjs',
    'export default await import(new URL(import.meta.url).searchParams.get("name"))',
  )
  await server.set('/require.cjs', 'module.exports = (name) => require(name)')
  const files = {
    'mimeport.json': '{ "loaders": ["./registry.mjs"] }',
    // A registry that answers for every bare name that it is asked for.
    'registry.mjs': `
      export const resolveRelativePath = (specifier) => specifier
      export const resolve = async (specifier) => {
        if (specifier.includes(':')) return false
        await fetch(process.env.S + '/registry/' + specifier)
        return { headers: { 'content-type': 'text/javascript' }, body: 'export default "from the registry"' }
      }`,
    'app.mjs': `
      const { S } = process.env
      for (const name of ['secret-internal-package', '@company/internal', 'internal/sub']) {
        console.log((await import(S + '/import.mjs?name=' + encodeURIComponent(name)).catch((e) => e)).code)
        try { (await import(S + '/require.cjs')).default(name) } catch ({ code }) { console.log(code) }
      }
      console.log((await import('of-the-project-itself')).default)`,
  }
  const { stdout, stderr } = await runProject(files, { env: { S: server.url } })
  assert.is(stderr, '')
  assert.equal(stdout.trimEnd().split('\n'), [
    ...Array(3).fill(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']).flat(),
    'from the registry',
  ])
  const asked = (await server.requests())
    .map(({ url }) => url)
    .filter((url) => url.startsWith('/registry/'))
  assert.equal(
    asked,
    ['/registry/of-the-project-itself'],
    'the control: for the program it is asked',
  )
  denied('T33', 'a bare name that is missing', 6)
  passed('T33', 'a bare name of the program')
  canary('T33', asked.length - 1)
})

test.run()
