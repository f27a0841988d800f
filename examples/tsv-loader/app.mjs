import rows from './prices.tsv'

const [names, ...prices] = rows
console.log(`${prices.length} rows of ${names.join(' and ')}`)
for (const [item, price] of prices) console.log(`${item.padEnd(6)}${price}`)

// The media type is enough: no file, no extension, the same loader.
const { default: other } = await import('data:text/tab-separated-values,a%09b%0A1%092')
console.log(JSON.stringify(other))
