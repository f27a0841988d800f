// Imports modules whose source would command the terminal, or reads otherwise than it runs.
import { fork } from 'node:child_process'
import { once } from 'node:events'

const server = fork('./server.mjs', { execArgv: [] })
const [url] = await once(server, 'message')

for (const [path, type] of [
  ['/access.mjs'],
  ['/banner.mjs'],
  ['/banner.json', 'json'],
  ['/plain.mjs'],
]) {
  try {
    const module = await import(url + path, { with: type === undefined ? {} : { type } })
    console.log(path, 'has', Object.keys(module).join(', '))
  } catch ({ code, message }) {
    console.log(path, code)
    console.log(' ', /its source .*?(?=;)/.exec(message)[0])
  }
}
server.disconnect()
