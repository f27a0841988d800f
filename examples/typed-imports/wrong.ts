import rows from './prices.tsv'
import shop from './shop.jsonc'
import { CURRENCY } from './settings.env'
import { total } from './report.ts.md'
import readme from './README.md' with { type: 'text' }

rows[0].toFixed()
shop.holidays.toString()
CURRENCY.toFixed()
total('3 EUR')
readme.toFixed()
