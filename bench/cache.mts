/**
 * What the cache is worth: one module of a server on loopback that imports many, cold, warm and without a cache, paired
 * round by round with Node on the same files. `node bench/cache.mts [modules] [rounds]`, after `npm run build`.
 */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'

const loader = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/loader.mjs')
const count = Number(process.argv[2] ?? 300)
const rounds = Number(process.argv[3] ?? 9)
const names = Array.from({ length: count }, (_, index) => `m${index}`)
const imports = names.map((name) => `import ${name} from './${name}.mjs'`).join('\n')
const main = `${imports}\nconsole.log(${names.join(' + ')})\n`
const module = `// ${'x'.repeat(1_880)}\nexport default 1\n`

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/javascript')
  response.setHeader('cache-control', 'max-age=86400')
  response.end(request.url === '/main.mjs' ? main : module)
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo

const folder = mkdtempSync(join(tmpdir(), 'mimeport-bench-'))
mkdirSync(join(folder, 'local'))
writeFileSync(join(folder, 'app.mjs'), `import 'http://127.0.0.1:${port}/main.mjs'\n`)
writeFileSync(join(folder, 'local', 'main.mjs'), main)
for (const name of names) writeFileSync(join(folder, 'local', `${name}.mjs`), module)

/** Wall time, ms. */
function time(args: readonly string[], cache = 'off'): Promise<number> {
  const started = performance.now()
  const env = { ...process.env, MIMEPORT_CACHE: cache }
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.on('close', (status) => {
      if (status === 0) resolve(performance.now() - started)
      else reject(new Error(`It ended with ${status}`))
    })
  })
}

const ours = ['--import', loader, 'app.mjs']
const warm = join(folder, 'warm')
await time(ours, warm)
const results: Record<'local' | 'warm' | 'cold' | 'off', number>[] = []
for (let round = 0; round < rounds; round++) {
  results.push({
    local: await time([join('local', 'main.mjs')]),
    warm: await time(ours, warm),
    cold: await time(ours, join(folder, `cold-${round}`)),
    off: await time(ours),
  })
}

const median = (numbers: readonly number[]) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!

for (const [a, b] of [
  ['warm', 'cold'],
  ['warm', 'local'],
  ['cold', 'off'],
] as const) {
  const ratio = median(results.map((result) => result[a] / result[b]))
  process.stdout.write(`${count} modules: ${a} is ${ratio.toFixed(2)} × ${b}\n`)
}
server.close()
rmSync(folder, { recursive: true })
