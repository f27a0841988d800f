// Starts the report twice, as somebody would by hand: `node --import mimeport report.ts`.
import { spawnSync } from 'node:child_process'

for (const start of ['first', 'second']) {
  const flags = process.execArgv
  const { stdout } = spawnSync(process.execPath, [...flags, 'report.ts'], { encoding: 'utf8' })
  process.stdout.write(`${start} start: ${stdout}`)
}
