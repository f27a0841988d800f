import { report } from './report.md'
import prices from './prices.json' with { type: 'json' }

console.log(report(prices))
