/** Test runners, with tests that pass and tests that fail. */

import type { Job } from './job.mts'

const sum = 'export const sum = (a, b) => a + b\n'

const specs = {
  'src/sum.mjs': sum,
  'src/legacy.cjs': 'exports.product = (a, b) => a * b\n',
  'test/sum.spec.mjs': `
    import assert from 'node:assert/strict'
    import { sum } from '../src/sum.mjs'
    describe('sum', () => {
      it('adds', () => assert.equal(sum(1, 2), 3))
      it('is wrong here', () => assert.equal(sum(1, 2), 4))
      it.skip('is left out', () => {})
    })`,
  'test/legacy.spec.cjs': `
    const assert = require('node:assert/strict')
    const { product } = require('../src/legacy.cjs')
    describe('product', () => {
      before(async () => {})
      it('multiplies', () => assert.equal(product(2, 3), 6))
      it('throws', () => { throw new TypeError('mine') })
      it('is a module as others are', () => {
        assert.equal(require.cache[__filename] === module, true)
        assert.deepEqual(module.children.map(({ id }) => require('node:path').basename(id)), ['legacy.cjs'])
      })
    })`,
}

const vitests = {
  'src/sum.ts':
    'export const sum = (a: number, b: number): number => a + b\nexport enum Mode { On = 1 }\n',
  'test/sum.test.ts': `
    import { expect, test, vi } from 'vitest'
    import { Mode, sum } from '../src/sum'
    vi.mock('../src/mocked', () => ({ real: false }))
    import { real } from '../src/mocked'
    test('adds', () => expect(sum(1, 2)).toBe(3))
    test('an enum', () => expect(Mode.On).toBe(1))
    test('a mock', () => expect(real).toBe(false))`,
  'src/mocked.ts': 'export const real: boolean = true\n',
  'test/wrong.test.js': `
    import { expect, test } from 'vitest'
    import fs from 'node:fs'
    test('is wrong', () => expect(typeof fs.readFileSync).toBe('string'))
    test('throws', () => { throw new RangeError('mine') })`,
}

const nodes = {
  'src/sum.mjs': sum,
  'test/sum.test.mjs': `
    import assert from 'node:assert/strict'
    import { after, describe, it, mock, test } from 'node:test'
    import { sum } from '../src/sum.mjs'
    describe('sum', () => {
      after(() => {})
      it('adds', () => assert.equal(sum(1, 2), 3))
      it('is wrong here', () => assert.equal(sum(1, 2), 4))
    })
    test('a mock', () => { const f = mock.fn(sum); assert.equal(f(1, 1), 2); assert.equal(f.mock.callCount(), 1) })
    test('to do', { todo: true }, () => {})`,
  'test/legacy.test.cjs': `
    const { test } = require('node:test')
    test('in CommonJS', (t) => { t.diagnostic('a note') })
    test('throws', () => { throw new TypeError('mine') })`,
  'test/typed.test.ts': `
    import test from 'node:test'
    const name: string = 'in TypeScript'
    test(name, () => {})`,
  'test/crash.test.mjs': "import './absent.mjs'\n",
}

const vitest = (pool: string): Job => ({
  name: `vitest: ${pool}`,
  files: {
    ...vitests,
    'vitest.config.mjs': `
      import { defineConfig } from 'vitest/config'
      export default defineConfig({ cacheDir: '.cache', test: { pool: '${pool}', sequence: { concurrent: false }, fileParallelism: false } })`,
  },
  command: ['vitest/vitest.mjs', 'run', '--reporter=verbose'],
  status: 1,
  says: /2 failed \| 3 passed/,
})

export const testing: readonly Job[] = [
  {
    name: 'mocha: ES modules and CommonJS',
    files: {
      ...specs,
      '.mocharc.cjs': "module.exports = { spec: ['test/*.spec.*'], require: ['./test/setup.cjs'] }",
      'test/setup.cjs': "exports.mochaHooks = { afterAll() { console.log('at the end') } }",
    },
    command: ['mocha/bin/mocha.js'],
    status: 2,
    says: /3 passing[^]*1 pending[^]*2 failing/,
  },
  {
    name: 'mocha: in worker processes',
    files: specs,
    // One file: several come in any order.
    command: ['mocha/bin/mocha.js', '--parallel', '--jobs', '2', 'test/legacy.spec.cjs'],
    status: 1,
    says: /1 failing/,
  },
  {
    name: 'mocha: a spec that cannot be loaded',
    files: { 'test/a.spec.mjs': "import '../src/absent.mjs'\n" },
    command: ['mocha/bin/mocha.js', 'test/*.spec.mjs'],
    status: 1,
    says: /^$/,
  },
  vitest('forks'),
  vitest('threads'),
  vitest('vmThreads'),
  {
    name: 'node --test: a process for each file',
    files: nodes,
    nodeArgs: ['--test', '--test-concurrency=1', '--test-reporter=spec'],
    command: [],
    status: 1,
    says: /cancelled 0/,
  },
  {
    name: 'node --test: all in one process, as TAP',
    files: nodes,
    nodeArgs: [
      '--test',
      '--test-isolation=none',
      '--test-reporter=tap',
      'test/sum.test.mjs',
      'test/legacy.test.cjs',
    ],
    command: [],
    status: 1,
    says: /TAP version/,
  },
  {
    name: 'node --test: coverage',
    files: nodes,
    nodeArgs: [
      '--test',
      '--experimental-test-coverage',
      // A preload outside node_modules is covered, too.
      ...['**/*.test.*', '**/core/**', '**/loaders/**', '**/loader.mts'].map(
        (glob) => `--test-coverage-exclude=${glob}`,
      ),
      '--test-reporter=spec',
      'test/typed.test.ts',
      'test/sum.test.mjs',
    ],
    command: [],
    status: 1,
    says: /start of coverage report/,
  },
]
