/** `npm run size`: what `npm install mimeport` puts on a disk. Installed for real, from a registry on loopback. */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measure, total } from '../test/installed/installation.mts'
import { bare, installProject, makeSource } from '../test/installed/layout.mts'

const megabytes = (bytes: number, digits: number) => (bytes / 1e6).toFixed(digits)
const say = (text: string) => process.stdout.write(`${text}\n`)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mimeport-size-')))
const source = await makeSource(folder)
try {
  const packages = measure(join(await installProject('npm', source, bare), 'node_modules'))
  const largest = [...packages].toSorted(([, a], [, b]) => b - a)
  for (const [name, bytes] of largest) say(`${megabytes(bytes, 2).padStart(6)} MB  ${name}`)
  const [count, bytes] = total(packages)
  say(`${count} packages, ${megabytes(bytes, 1)} MB (${process.platform} ${process.arch})`)
} finally {
  await source.registry.stop()
  rmSync(folder, { recursive: true, force: true })
}
