/** docs/performance.md: the part that a run writes. */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { versionOf } from '../peers/peers.mts'
import { repository } from '../workloads/subject.mts'

const BEGIN = '<!-- Written by `npm run bench -- --write`. -->'
const END = '<!-- The end of what it writes. -->'

/** Where, when and with which versions: one paragraph. */
export function circumstances(node: string, peers: string | undefined): string {
  const [cpu] = cpus()
  const version = execFileSync(
    node,
    ['-p', 'process.version + " (V8 " + process.versions.v8 + ")"'],
    {
      encoding: 'utf8',
    },
  ).trim()
  const names = ['deno', 'bun', 'tsx', 'jiti', '@oxc-node/core', '@swc-node/register', 'marked']
  const others = peers === undefined ? [] : names.map((name) => `${name} ${versionOf(peers, name)}`)
  const machine = `${cpus().length} cores of ${cpu?.model.trim() ?? 'an unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`
  const busy = `load average ${loadavg()[0]!.toFixed(1)} when it began`
  return `${new Date().toISOString().slice(0, 10)}, ${machine}, ${busy}. ${[`Node ${version}`, ...others].join(', ')}.`
}

/** Puts a text between the two markers of docs/performance.md. */
export function writeDocument(text: string): void {
  const path = join(repository, 'docs/performance.md')
  const document = readFileSync(path, 'utf8')
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${path} has lost the two markers`)
  const before = document.slice(0, begin + BEGIN.length)
  writeFileSync(path, `${before}\n\n${text.trim()}\n\n${document.slice(end)}`)
}
