/** `mimeport init`: an empty configuration, with the address of its schema. */

import { existsSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { exitCodes, UsageError } from './command.mts'
import { say, sayData } from './output.mts'
import { base } from './self.mts'
import { path } from './shown.mts'
import { findConfig } from '../core/application/start.mts'
import { LoaderError } from '../core/errors.mts'
import type { Command } from './command.mts'

const help = `Usage: mimeport init

Writes a mimeport.json beside the nearest package.json, or here where there is
none. It has the address of its schema, for editors, and nothing else: without
a configuration everything works as well. One that is there stays as it is.

  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 there is one already, or it could not be written;
2 wrong usage.`

/** Our own copy of the schema: beside the sources, or above what is built of them. */
function ownSchema(): string {
  const places = ['schema.json', '../schema.json'].map((each) => fileURLToPath(new URL(each, base)))
  return places.find((each) => existsSync(each)) ?? places[0]!
}

/** Where editors find the schema: in the project's package, else in the one that is running. */
function schemaFor(root: string): string {
  const installed = join(root, 'node_modules/mimeport/schema.json')
  const from = relative(root, existsSync(installed) ? installed : ownSchema())
  // On another drive of Windows there is no way from here.
  if (isAbsolute(from)) return pathToFileURL(from).href
  const way = from.replaceAll('\\', '/')
  return way.startsWith('../') ? way : `./${way}`
}

function refuse(where: string): never {
  throw new LoaderError(
    'ERR_MIMEPORT_CONFIG',
    `Cannot write a configuration: there is one already, ${where}, and it stays as it is`,
  )
}

export const init: Command = {
  help,
  options: { json: { type: 'boolean' } },
  takes: [],
  run: async ({ words, has }) => {
    if (words.length > 0) throw new UsageError('init takes no words: it writes mimeport.json')
    const explicit = process.env['MIMEPORT_CONFIG']
    if (explicit) refuse(`'${path(explicit)}' of MIMEPORT_CONFIG`)
    const { root, file: existing } = findConfig(undefined)
    if (existing !== undefined) {
      refuse(
        existing.endsWith('package.json')
          ? `"mimeport" in '${path(existing)}'`
          : `'${path(existing)}'`,
      )
    }
    const file = join(root, 'mimeport.json')
    const text = `${JSON.stringify({ $schema: schemaFor(root) }, undefined, 2)}\n`
    // ! Whoever was quicker has written it: nothing is overwritten.
    writeFileSync(file, text, { flag: 'wx' })
    if (has('json')) sayData({ file })
    else say(`${path(file)} is written`)
    return exitCodes.done
  },
}
