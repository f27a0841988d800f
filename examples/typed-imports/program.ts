import rows from './prices.tsv'
import shop from './shop.jsonc'
import { CURRENCY } from './settings.env'
import { amounts, total, type Amount } from './report.ts.md'
import readme from './README.md' with { type: 'text' }

const all: Amount[] = amounts(rows)
const [title] = readme.split('\n')

console.log(`${title}: ${all.length} prices in ${CURRENCY}, ${total(all)}`)
for (const { name, closed } of shop.days) console.log(`${name}: ${closed ? 'closed' : 'open'}`)
