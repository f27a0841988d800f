/**
 * A process that uses a cache: `cache-process.mts <folder> <entries> [for ever]`. Each entry is asked for once, in an order
 * of its own; what is not stored is "fetched". Prints what it saw as JSON; with a third argument it goes on writing until
 * it is killed.
 */

import { CacheStore } from '../../core/cache/cache-store.mts'
import { PrivateCache } from '../../core/cache/private-cache.mts'
import { contentOf } from './cache-content.mts'

const [folder = '', count = '', forEver] = process.argv.slice(2)
const warnings: string[] = []
const store = new CacheStore({ folder, size: 2 ** 30, warn: (message) => warnings.push(message) })
const cache = new PrivateCache({ store, guesses: () => false })
const seen = { hits: 0, fetched: 0, wrong: 0 }
const start = Math.floor(Math.random() * Number(count))

async function ask(number: number, mode: 'default' | 'reload'): Promise<void> {
  const request = { method: 'GET', url: `https://x.example/${number}`, headers: {}, identity: '' }
  const found = await cache.answer(request, mode, async () => {
    seen.fetched++
    const headers = { 'cache-control': 'max-age=1000000' }
    return { statusCode: 200, headers, body: contentOf(number) }
  })
  if (found?.outcome === 'hit') seen.hits++
  if (!contentOf(number).equals(found?.response.body ?? new Uint8Array())) seen.wrong++
}

for (let index = 0; index < Number(count); index++)
  await ask((start + index) % Number(count), 'default')

process.stdout.write(`${JSON.stringify({ ...seen, warnings })}\n`)

while (forEver !== undefined) {
  await ask(Math.floor(Math.random() * Number(count)), 'reload')
}
