// A shop whose components come from the servers of other teams.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { shown } from 'shop/registry'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')

await import(`${url}/button.mjs`)
await import(`${url}/card.cjs`)
console.log('one registry:', shown.join(', '))

for (const name of ['nosy', 'greedy']) {
  const { code, message } = await import(`${url}/${name}.mjs`).catch((error) => error)
  console.log(`${name}: ${code}`)
  console.log(`  ${/write (.*) into/.exec(message)[1]}`)
}
server.disconnect()
