// Registers a loader for as long as it is needed.
import { loaders, register } from '../../loader.mts' // of an installed package: 'mimeport'

const own = async () => (await loaders()).loaders.filter(({ from }) => from !== 'built-in')
const names = async () => (await own()).map(({ name }) => name).join(', ') || 'none'

console.log(`loaders of the project's own: ${await names()}`)

const file = new URL('./loaders/psv.mjs', import.meta.url)
const { deregister } = register({ loaders: [file] })
console.log(`registered: ${await names()}`)

const { default: prices } = await import('./prices.psv')
console.log(prices)

deregister()
console.log(`deregistered: ${await names()}`)

// The module that is there stays; another one finds nobody who knows what it is.
console.log((await import('./prices.psv')).default === prices)
await import('./next.psv').catch(({ code }) => console.log(code))
