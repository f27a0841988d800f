import { dishes } from 'virtual:menu'
import { currency } from 'http://localhost:8080/currency.md'
import hours from './hours.yaml'
import rows from './prices.tsv'
import { Rate, gross } from './tax.md'

const prices = new Map(rows.slice(1))
for (const dish of dishes) {
  const price = gross(Number(prices.get(dish)), Rate.Food)
  console.log(`${dish}: ${price.toFixed(2)} ${currency}`)
}
console.log(`on Monday from ${hours.monday.join(' to ')}`)
try {
  gross(-1, Rate.Drink)
} catch ({ stack }) {
  console.log(/tax\.md:\d+:\d+/.exec(stack)[0])
}
