import { prices } from './prices.mjs.md'

enum Currency {
  EUR = '€',
}

const total = Object.values<number>(prices).reduce((sum, price) => sum + price, 0)
// Who needs an engine needs Node's worker_threads.
const { moduleLoadList } = process as unknown as { moduleLoadList: readonly string[] }
const hasEngine = moduleLoadList.includes('NativeModule worker_threads')
console.log(`${Currency.EUR}${total.toFixed(2)}, ${hasEngine ? 'made now' : 'from the pack'}`)
