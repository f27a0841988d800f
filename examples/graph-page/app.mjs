// Shows the modules of program.mjs by `mimeport graph`, which runs nothing of it.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'

/** What `npx mimeport graph program.mjs …` prints, where mimeport is installed. */
function graph(...options) {
  const command = ['../../cli/mimeport.mts', 'graph', 'program.mjs', ...options]
  const { stdout, stderr, status } = spawnSync(process.execPath, command, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

console.log(graph())
console.log(graph('--mermaid'))

graph('--html', 'graph.html')
const page = readFileSync('graph.html', 'utf8')
rmSync('graph.html')
console.log(/<title>(.*)<\/title>/.exec(page)[1], 'is a page of its own:', page.length > 50_000)
console.log('It loads', page.match(/(?:src|href)="(?!data:)/g) ?? 'nothing')
