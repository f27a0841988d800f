// Run it with `npm run demo`: the demo starts the servers and sets WEB and the endpoints of its GitHub.
import prices, { url as pricesURL } from './prices.tsv' // a plugin of ours: loaders/tsv.mts
import { greet, url as greetingURL } from './greeting.mjs.md' // JavaScript in Markdown
import dice from './dice' // a shebang says what it is
import { report, sources } from 'github:acme/handbook/report.md' // Markdown with TypeScript in it, in a repository

const clock = await import(`${process.env.WEB}/clock.mjs`) // a module from the web

const rows = [
  ['a plugin of nine lines (.tsv)', pricesURL, `${prices.length} rows`],
  ['JavaScript in Markdown', greetingURL, greet('world')],
  ['a shebang script, no extension', dice.url, `rolled ${dice.roll(0.5)}`],
  ['Markdown with TypeScript, github:', sources.report, report(prices)],
  ['  its TypeScript, with an enum', sources.money, 'Currency.EUR'],
  ['  its JSON', sources.rates, 'USD, GBP'],
  ['  its CommonJS, by require', sources.legacy, 'round()'],
  ['a module over http', clock.url, clock.default],
]
const width = (column) => Math.max(...rows.map((row) => row[column].length))
for (const [what, from, gave] of rows) {
  console.log(`${what.padEnd(width(0))}  ${gave.padEnd(width(2))}  ${from}`)
}
