/** Fills a vendor folder again and again, with other bodies each time, until it is killed. */

import { VendorWriter } from '../../core/lock/vendor-writer.mts'

/** None where a test imports this file. */
const folder = process.send === undefined ? undefined : process.argv[2]
/** Large enough that a write is no single instant. */
export const bodyOf = (name: number, version: number) =>
  Buffer.alloc(200_000 + name * 1000, `${name}.${version};`)

for (let version = 1; folder !== undefined; version++) {
  const bodies = new Map(
    Array.from({ length: 20 }, (_, name) => {
      const response = { statusCode: 200, headers: {}, body: bodyOf(name, version % 5) }
      return [`https://a.example/${name}.bin`, { loader: 'http', response }] as const
    }),
  )
  const writer = new VendorWriter(folder)
  writer.fill(bodies)
  writer.finish()
  if (version === 1) process.send?.('ready')
}
