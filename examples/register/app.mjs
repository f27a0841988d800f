// Registers a loader for as long as it is needed.
import { loaders, register } from '../../loader.mts' // of an installed package: 'mimeport'

const own = async () => (await loaders()).loaders.filter(({ from }) => from !== 'built-in')
const names = async () => (await own()).map(({ name }) => name).join(', ') || 'none'

console.log(`loaders of the project's own: ${await names()}`)

const tsv = new URL('./loaders/tsv.mjs', import.meta.url)
const { deregister } = register({ loaders: [tsv] })
console.log(`registered: ${await names()}`)

const { default: prices } = await import('./prices.tsv')
console.log(prices)

deregister()
console.log(`deregistered: ${await names()}`)

// The module that is there stays; another one finds nobody who knows what it is.
console.log((await import('./prices.tsv')).default === prices)
await import('./next.tsv').catch(({ code }) => console.log(code))
