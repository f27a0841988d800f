/** The project's configuration, looked at before anything goes by it. */

import { fileURLToPath } from 'node:url'
import { basename, dirname, resolve } from 'node:path'
import { entryOf } from './entries.mts'
import { faultOf, finding } from './findings.mts'
import { settingsOf } from './project.mts'
import { path } from './shown.mts'
import { configFaults } from '../core/application/config/check.mts'
import { parseConfig } from '../core/application/config/config-file.mts'
import { findConfig } from '../core/application/start.mts'
import type { Finding } from '../core/inspection.mts'
import type { Settings } from '../core/settings.mts'

const subject = 'configuration'

interface Written {
  /** As messages name it; `undefined`: there is none. */
  readonly name: string | undefined
  readonly root: string
  readonly value: unknown
}

/** What is written, of whatever kind. @throws {LoaderError} where it is no JSON. */
function written(words: readonly string[]): Written {
  const explicit = process.env['MIMEPORT_CONFIG']
  if (explicit) {
    const file = resolve(explicit)
    return { name: file, root: dirname(file), value: parseConfig(file) }
  }
  const entry = words
    .map((word) => entryOf(word).specifier)
    .find((each) => each.startsWith('file:'))
  const { root, file } = findConfig(entry === undefined ? undefined : fileURLToPath(entry))
  if (file === undefined) return { name: undefined, root, value: undefined }
  const value = parseConfig(file)
  if (basename(file) === 'mimeport.json') return { name: file, root, value }
  const { mimeport } = Object(value) as { mimeport?: unknown }
  return mimeport === undefined
    ? { name: undefined, root, value: undefined }
    : { name: `${file}#mimeport`, root, value: mimeport }
}

export interface Configured {
  readonly findings: readonly Finding[]
  /** What goes for its programs; `undefined` where it cannot be used. */
  readonly settings: Settings | undefined
}

/**
 * Looks at the configuration of the project of the first file that is named, or of the working folder: each key by itself,
 * then what the environment adds.
 * @throws {UsageError} for a word that names nothing.
 */
export function inspectConfiguration(words: readonly string[]): Configured {
  let found: Written
  try {
    found = written(words)
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return { findings: [faultOf(subject, error)], settings: undefined }
  }
  const { name, root, value } = found
  const faults = name === undefined ? [] : configFaults(name, value)
  if (faults.length > 0) {
    return { findings: faults.map((error) => faultOf(subject, error)), settings: undefined }
  }
  try {
    const settings = settingsOf({ words })
    const text =
      name === undefined ? `none: ${path(root)} has no mimeport.json, and needs none` : path(name)
    return { findings: [finding('ok', subject, text)], settings }
  } catch (error) {
    return { findings: [faultOf(subject, error)], settings: undefined }
  }
}

/** What an engine says of what it would work with; a fault where it does not come to say it. */
export async function inspectProject(
  work: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await work()
  } catch (error) {
    return [faultOf('engine', error)]
  }
}
