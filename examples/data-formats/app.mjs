import bakery, { name, week } from './data/bakery.yaml'
import { limits, number, serviced } from './data/oven.toml'
import { accent, sizes } from './data/theme.json5'
import prices from './data/prices.csv'
import shops from './data/shops.tsv'
import order from './data/order.graphql'

console.log(`${name}: closes at ${week.monday.close}, on Saturdays at ${week.saturday.close}`)
console.log('an anchor is one object:', week.monday === bakery.hours)
console.log(`oven ${number}, up to ${limits.celsius} degrees for ${limits.minutes} minutes`)
console.log('last serviced on', serviced.toISOString())
console.log(`${accent}, ${sizes.join('/')} px`)
for (const { item, price, note } of prices) console.log(item, price, JSON.stringify(note))
process.env.SHOP_TOWN = 'Basel'
const { SHOP_TOWN } = await import('env:')
console.log(shops.find(({ town }) => town === SHOP_TOWN))
console.log(order.definitions.map(({ kind, name }) => `${kind} ${name.value}`).join(', '))

// The media type is enough: no file, no extension.
const { rye } = await import('data:application/yaml,rye: [4.20, 4.50]')
console.log(rye.at(-1))

// Modules in an archive import each other. This one was made by `tar czf till.tgz till`.
const { total } = await import('./data/till.tgz!/till/till.mjs')
console.log(total(prices.map(({ price }) => price)))

// What is broken says where.
await import('data:application/toml,a = 1%0Aa = 2').catch(({ code, message }) =>
  console.log(code, message.replace(/ imported from '.*?'/, '')),
)
