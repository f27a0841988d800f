import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { join, resolve } from 'node:path'
import { checkLock, checkVendor, lockOf } from '../../core/application/config/lock.mts'
import type { LockConfig } from '../../core/configuration.mts'

const test = suite('configuration: lock')

const root = process.cwd()
const settings = (config: LockConfig, environment: Record<string, string> = {}) =>
  lockOf(config, { root, file: `${root}/mimeport.json`, environment })

test('the lock and the vendor folder are beside the configuration, unless it says otherwise', () => {
  assert.equal(settings({}), {
    file: resolve(root, 'mimeport.lock'),
    mode: 'additive',
    vendor: resolve(root, 'mimeport_modules'),
  })
  assert.equal(settings({ lock: true }), { ...settings({}), named: true })
  assert.equal(settings({ lock: '../a.lock', vendor: 'third_party' }), {
    file: resolve(root, '../a.lock'),
    mode: 'additive',
    named: true,
    vendor: resolve(root, 'third_party'),
  })
  assert.equal(settings({ lock: false, vendor: false }), {
    file: resolve(root, 'mimeport.lock'),
    mode: 'off',
  })
})

test('the environment says how strict it is', () => {
  for (const [environment, mode] of [
    [{}, 'additive'],
    [{ MIMEPORT_FROZEN: '' }, 'additive'],
    [{ MIMEPORT_FROZEN: '1' }, 'frozen'],
    [{ MIMEPORT_FROZEN: ' true ' }, 'frozen'],
    [{ MIMEPORT_FROZEN: '0' }, 'additive'],
    [{ CI: 'true' }, 'ci'],
    [{ CI: '1' }, 'ci'],
    [{ CI: 'woodpecker' }, 'ci'],
    [{ CI: '' }, 'additive'],
    [{ CI: '0' }, 'additive'],
    [{ CI: 'false' }, 'additive'],
    [{ CI: 'true', MIMEPORT_FROZEN: '0' }, 'additive'],
    [{ CI: 'true', MIMEPORT_FROZEN: 'false' }, 'additive'],
    [{ CI: 'false', MIMEPORT_FROZEN: '1' }, 'frozen'],
  ] as const) {
    assert.is(settings({}, environment).mode, mode, JSON.stringify(environment))
  }
  assert.is(settings({ lock: false }, { CI: 'true' }).mode, 'off')
})

const isConfigError = ({ code }: { code: string }) => code === 'ERR_MIMEPORT_CONFIG'

test('MIMEPORT_FROZEN is 1 or 0, and wants a lock', () => {
  assert.throws(() => settings({}, { MIMEPORT_FROZEN: 'yes' }), isConfigError)
  assert.throws(() => settings({ lock: false }, { MIMEPORT_FROZEN: '1' }), isConfigError)
})

test('the program is named as it was started', () => {
  const named = (entry: string) => lockOf({}, { root, file: undefined, entry, environment: {} })
  assert.is(named(resolve('src/app.mjs')).program, join('src', 'app.mjs'))
  assert.is(named(resolve('/elsewhere/app.mjs')).program, resolve('/elsewhere/app.mjs'))
  assert.not('program' in settings({}))
})

test('a project that the working folder is no part of is named, for commands that have to be run there', () => {
  const elsewhere = (root: string, environment = {}) =>
    lockOf({}, { root, file: undefined, environment }).elsewhere
  assert.is(elsewhere(join(root, 'packages', 'p')), join(root, 'packages', 'p'))
  assert.is(elsewhere(resolve(root, '..')), undefined)
  assert.is(elsewhere(root), undefined)
  assert.is(elsewhere(join(root, 'p'), { MIMEPORT_CONFIG: 'p/mimeport.json' }), undefined)
})

test('what is no path is refused', () => {
  for (const value of [1, null, '', [], {}]) {
    assert.throws(() => checkLock('/f', value), isConfigError)
    assert.throws(() => checkVendor('/f', value), isConfigError)
  }
  assert.throws(() => checkVendor('/f', true), isConfigError)
  for (const value of [true, false, 'a.lock']) checkLock('/f', value)
  for (const value of [false, 'folder']) checkVendor('/f', value)
})

test.run()
