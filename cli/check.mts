/** `mimeport check`: the configuration and what it leads to, looked at without running anything of the program. */

import { inspectConfiguration, inspectProject } from './configuration.mts'
import { finding, showFindings } from './findings.mts'
import { engineOf } from './project.mts'
import type { Command } from './command.mts'

const help = `Usage: mimeport check [file]

Looks at what a program would go by, and runs nothing of it: the configuration,
key by key; its loaders, each of which is imported; the addresses of its import
map; the lock; the vendor folder, whose bodies have to be those of the lock.
Nothing is fetched and nothing is written.

  --json     prints the findings as JSON
  -h, --help

Exit codes: 0 done, and nothing is wrong; 1 something would fail; 2 wrong usage.`

export const check: Command = {
  help,
  options: { json: { type: 'boolean' } },
  async run({ words, has }) {
    const { findings, settings } = inspectConfiguration(words)
    const more =
      settings === undefined
        ? [finding('skipped', 'loaders', 'looked at when the configuration can be used')]
        : await inspectProject(() => engineOf(settings).work('inspect', undefined))
    return showFindings([...findings, ...more], has('json'))
  },
}
