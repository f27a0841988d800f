// Imports a program's worth of modules, and shows what an agent was told of that.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { spans } from './tracing.mjs'

const server = fork('./server.mjs')
const [url] = await once(server, 'message')
const { report } = await import(`${url}/latest`)
await import(`${url}/missing.mjs`).catch(() => {})
console.log(report)

const show = (...cells) => console.log(cells.join('  ').trimEnd().replaceAll(url, ''))
for (const { specifier, url: found, format, error } of spans.resolve) {
  show('resolve  ', specifier, '→', found ?? error.code, format ?? '')
}
for (const { type, url: asked, statusCode, bytes, location } of spans.fetch) {
  if (type === 'request') show('fetch    ', asked, statusCode, `${bytes} bytes`)
  if (type === 'redirect') show('fetch    ', asked, statusCode, '→', location)
}
for (const { url: module, loader, from, to } of spans.transform) {
  show('transform', module, loader, from, '→', to)
}
const times = Object.values(spans).flat()
console.log(
  'each has a time:',
  times.every(({ start }) => start > Date.UTC(2020)),
)
server.disconnect()
