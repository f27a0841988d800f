/** `mimeport explain`: the life of one import. */

import { existsSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { isAbsolute as isAbsolutePath, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exitCodes, UsageError } from './command.mts'
import { linesOf } from './explanation.mts'
import { sayData, sayStyled } from './output.mts'
import { engineOf, settingsOf } from './project.mts'
import { columns, painter } from './style.mts'
import { isAbsolute, isRelative } from '../core/native.mts'
import { escapeText } from '../core/text.mts'
import type { Command } from './command.mts'
import type { ExplainRequest } from '../core/explanation.mts'

const help = `Usage: mimeport explain <specifier> [--from <file or URL>] [--type <type>]

Tells the life of one import, as the program would have it, and runs nothing of
it: who answered, each request, how the type was found, each transform, what the
cache and the lock have to do with it, and where it fails, and why.

  --from <file or URL>  the importing module; the working folder when left out
  --type <type>         json, text or bytes: imported with { type: '…' }
  --json                prints it as JSON
  --no-color            without colours, also on a terminal
  -h, --help

Exit codes: 0 it can be imported; 1 it fails, or could not be asked for;
2 wrong usage.`

const types = ['json', 'text', 'bytes'] as const

/** The URL of a file or folder that is named, or the URL itself; a folder's ends in '/'. @throws {UsageError} */
function urlOf(word: string): string {
  if (isAbsolute(word)) return word
  const path = resolve(word)
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) {
    throw new UsageError(`there is no file '${escapeText(word)}', and it is no URL`)
  }
  return pathToFileURL(stats.isDirectory() ? `${path}/` : path).href
}

/** What the user means: without a module that imports it, a path is a file's, and a name that of one that is there. */
export function requestOf(word: string, from: string | undefined): ExplainRequest {
  const isPath = isAbsolutePath(word) || (from === undefined && isRelative(word))
  if (isPath) return requestOf(pathToFileURL(resolve(word)).href, from)
  if (from !== undefined) return { specifier: word, parentURL: urlOf(from) }
  if (isAbsolute(word) || isBuiltin(word)) return { specifier: word }
  if (existsSync(word)) return requestOf(resolve(word), from)
  return { specifier: word, parentURL: pathToFileURL(`${resolve('.')}/`).href }
}

export const explain: Command = {
  help,
  options: {
    from: { type: 'string', takes: 'path' },
    type: { type: 'string', takes: types },
    json: { type: 'boolean' },
    'no-color': { type: 'boolean' },
  },
  async run({ words, has, value }) {
    const [word, ...more] = words
    if (word === undefined) throw new UsageError('name what is imported: a specifier, or a file')
    if (more.length > 0) throw new UsageError('one specifier at a time')
    const type = value('type')
    if (type !== undefined && !types.some((each) => each === type)) {
      throw new UsageError(`--type takes ${types.join(', ')}, not '${escapeText(type)}'`)
    }
    const request = requestOf(word, value('from'))
    // Whose project it is: the importing module's, or that of the file itself.
    const { specifier, parentURL = specifier } = request
    const isFile = parentURL.startsWith('file:') && !parentURL.endsWith('/')
    const settings = settingsOf({ words: isFile ? [parentURL] : [] })
    const asked = { ...request, ...(type !== undefined && { type }) }
    const explanation = await engineOf(settings).work('explain', asked)
    if (has('json')) sayData(explanation)
    else {
      const paint = painter(!has('no-color'))
      for (const line of linesOf(explanation, paint, columns())) sayStyled(line)
    }
    return explanation.error === undefined ? exitCodes.done : exitCodes.failed
  },
}
