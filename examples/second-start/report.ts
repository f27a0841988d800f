import { prices } from './prices.mjs.md'

enum Currency {
  EUR = '€',
}

const total = Object.values<number>(prices).reduce((sum, price) => sum + price, 0)
console.log(`${Currency.EUR}${total.toFixed(2)}`)
