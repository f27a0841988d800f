// Starts the report twice, as somebody would by hand: `node --import mimeport report.ts`.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const cache = process.env.MIMEPORT_CACHE ?? ''
const written = () =>
  readdirSync(join(cache, 'packs'))
    .filter((name) => /^[\da-f]{16}$/.test(name))
    .map((name) => statSync(join(cache, 'packs', name)).mtimeMs)
    .join()

let before
for (const start of ['first', 'second']) {
  const flags = process.execArgv
  const { stdout } = spawnSync(process.execPath, [...flags, 'report.ts'], { encoding: 'utf8' })
  const pack = before === undefined ? 'made' : before === written() ? 'used' : 'made anew'
  before = written()
  console.log(`${start} start: ${stdout.trim()}, the pack is ${pack}`)
}
