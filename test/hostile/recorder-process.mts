/** The process of `recorder.mts`: reads HTTP/1.1 as bytes, with no parser that would mend or refuse anything. */

import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

const heads: string[] = []
const answers = new Map<string, string>()

const server = createServer((socket) => {
  let pending = ''
  socket.on('error', () => {})
  socket.setEncoding('latin1').on('data', (text: string) => {
    pending += text
    for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
      const head = pending.slice(0, end)
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0)
      if (pending.length < end + 4 + length) return
      pending = pending.slice(end + 4 + length)
      heads.push(head)
      const path = head.split(' ')[1]?.split('?')[0] ?? ''
      const plain = 'HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\nContent-Length: 1\r\n\r\n1'
      socket.write(answers.get(path) ?? plain, 'latin1')
    }
  })
})

process.on('message', ({ path, answer }: { path?: string; answer?: string }) => {
  if (path !== undefined) answers.set(path, answer ?? '')
  process.send?.({ heads })
})

server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
process.on('disconnect', () => process.exit())
