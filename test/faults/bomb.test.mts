import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BAR, bombAll } from './bomb.mts'
import { denied } from '../threats/record.mts'

const test = suite('bombs')

/** Those that differ most; `npm run faults` has all. */
const names = ['gzip', 'br', 'zstd', 'gzip, gzip', 'endless']

for (const { name, code, growth } of await bombAll(names)) {
  test(`ten gigabytes (${name}) are refused, and memory grows by ${BAR} MiB at most`, () => {
    assert.is(code, 'ERR_MIMEPORT_BODY_TOO_LARGE')
    assert.ok(growth <= BAR, `it grew by ${growth.toFixed(1)} MiB`)
    denied('T24', `10 GiB, ${name}`)
  })
}

test.run()
