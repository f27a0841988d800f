/** What a warm start reads: the pack, once, and no module's file. Counted by the system (`/proc/self/io`), not timed. */

import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeProject, run } from '../support/spawn.mts'

const test = suite('what a warm start reads')

const count = 60

/** Bytes that the process has read by `read` and its like, printed at its end. */
const said = `import { readFileSync } from 'node:fs'\nprocess.on('exit', () => console.log(Number(/^rchar: (\\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))[1])))\n`

test('is its pack, and nothing of the modules', async () => {
  if (!existsSync('/proc/self/io')) {
    process.stderr.write('NOT RUN: this system does not count what a process reads\n')
    return
  }
  const long = 'const text: string = "x"\n'.repeat(1).padEnd(20_000, ' ')
  const files: Record<string, string> = {
    'package.json': '{ "type": "module" }',
    'empty.ts': said,
    'app.ts': `${Array.from({ length: count }, (_, at) => `import './m${at}.ts'`).join('\n')}\n${said}`,
  }
  for (let at = 0; at < count; at++) files[`m${at}.ts`] = `${long}enum E { A }\nvoid [text, E]\n`
  const project = makeProject({})
  const folder = mkdtempSync(join(tmpdir(), 'mimeport-reads-'))
  project.writeOld(files)
  const read = async (program: string): Promise<number> => {
    const env = { MIMEPORT_CACHE: folder, NODE_DISABLE_COMPILE_CACHE: '1' }
    const result = await run([program], { cwd: project.path, env })
    assert.is(result.status, 0, result.stderr)
    return Number(result.stdout)
  }
  try {
    await read('empty.ts')
    const packs = () =>
      readdirSync(join(folder, 'packs')).map((name) => join(folder, 'packs', name))
    const [first] = packs()
    // What Node and our own files are, both times.
    const least = (await read('empty.ts')) - statSync(first!).size
    const cold = await read('app.ts')
    const size = statSync(packs().find((path) => path !== first)!).size
    const warm = await read('app.ts')
    const sources = count * 20_000
    assert.ok(cold > least + sources, `cold: ${cold}, sources ${sources}`)
    assert.ok(warm <= least + size + 4096, `warm: ${warm} of ${least} and a pack of ${size}`)
  } finally {
    project.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})
test.run()
