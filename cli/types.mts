/** `mimeport types`: what a program imports, as TypeScript and editors understand it. */

import { exitCodes, UsageError } from './command.mts'
import { entriesOf } from './entries.mts'
import { complain, count, say, sayData } from './output.mts'
import { engineOf, settingsOf } from './project.mts'
import { describe, path } from './shown.mts'
import { compilerOf } from './types/compiler.mts'
import { Declarations } from './types/declarations.mts'
import { emit } from './types/emission.mts'
import { TypesFolder } from './types/folder.mts'
import { escapeText } from '../core/text.mts'
import { shellWord } from '../core/shell-word.mts'
import type { Command, ExitCode, Given } from './command.mts'
import type { Settings } from '../core/settings.mts'
import type { TypesResult } from '../core/typing.mts'
import type { FolderChange } from './types/folder.mts'
import type { Source } from './types/declarations.mts'

const help = `Usage: mimeport types [file or URL …]

Writes declarations for what a program imports and TypeScript cannot read by
itself, modules from elsewhere and documents of the project, without running
it. Without a file: the program that package.json's exports, main and bin name.
"extends": "./.mimeport/types/tsconfig.json" in tsconfig.json has tsc and
editors find them.

  --out <folder>  where to; .mimeport/types in the project when left out
  --check         writes nothing; fails when the folder is not as it would be
  --json          prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 something failed, and no declaration was changed, or
--check found something; 2 wrong usage.`

/** A lock is held to, and not written: what only types name is no part of the program. */
function forTypes(settings: Settings): Settings {
  const { lock } = settings
  if (lock === undefined || lock.mode === 'off') return settings
  return { ...settings, lock: { ...lock, mode: 'create', dry: true } }
}

interface Made {
  readonly files: ReadonlyMap<string, string>
  /** Sources of which the compiler made nothing. */
  readonly unmade: readonly string[]
}

async function make(result: TypesResult, root: string, folder: TypesFolder): Promise<Made> {
  const declarations = new Declarations(result, root, folder.declarations)
  if (declarations.sources.length === 0)
    return { files: declarations.after(() => undefined), unmade: [] }
  const compiler = compilerOf(root)
  return folder.staged(async (stage) => {
    const emitted = await emit(compiler, declarations, { stage, root })
    const unmade: string[] = []
    const files = declarations.after((source: Source) => {
      const made = emitted(source)
      if (made === undefined) unmade.push(source.module.key)
      return made
    })
    return { files, unmade }
  })
}

function showTrouble({ failures, lacking }: TypesResult, unmade: readonly string[]): void {
  if (failures.length > 0) complain(`${count(failures.length, 'import')} failed:`)
  for (const { error } of failures) complain(`  ${describe(error)}`)
  for (const { error } of lacking) complain(`note: any, for ${describe(error)}`)
  for (const key of unmade) complain(`note: any, for the exports of ${escapeText(key)}`)
}

function asData(result: TypesResult, made: Made | undefined, changes: readonly FolderChange[]) {
  const told = (list: TypesResult['failures']) =>
    list.map(({ error: { code, message, url }, parentURL }) => ({ code, message, url, parentURL }))
  return {
    modules: result.modules
      .filter(({ shape }) => shape.kind !== 'project')
      .map(({ key, shape: { kind } }) => ({ key, kind })),
    imports: [...new Set(result.imports.map(({ specifier }) => specifier))],
    files: made?.files.size ?? 0,
    changes,
    failures: told(result.failures),
    lacking: told(result.lacking),
    unmade: made?.unmade ?? [],
  }
}

const signs = { missing: '+', changed: '~', stale: '-' } as const

/** Says what brings the folder to what it is to be. */
function behind(folder: TypesFolder, { words, value }: Given, how: string): ExitCode {
  const out = value('out')
  const where = out === undefined ? [] : ['--out', out]
  const command = ['npx mimeport types', ...[...where, ...words].map(shellWord)].join(' ')
  complain(`${path(folder.path)} ${how}: ${escapeText(command)}`)
  return exitCodes.failed
}

async function run(given: Given): Promise<ExitCode> {
  const { words, has, value } = given
  const settings = forTypes(settingsOf({ words }))
  const { root } = settings
  const out = value('out')
  if (out === '') throw new UsageError('--out takes a folder')
  const folder = new TypesFolder(root, out)
  const entries = entriesOf(words, root)
  if (!has('check')) folder.begin()
  else if (!folder.isThere) return behind(folder, given, 'is not there')
  const result = await engineOf(settings).work('types', { entries })
  const isWhole = result.failures.length === 0
  const made = isWhole ? await make(result, root, folder) : undefined
  const changes =
    made === undefined
      ? []
      : has('check')
        ? folder.differences(made.files)
        : folder.write(made.files)
  if (has('json')) sayData(asData(result, made, changes))
  else {
    showTrouble(result, made?.unmade ?? [])
    const name = path(folder.path)
    if (made === undefined) complain(`${name} stays as it is while imports fail`)
    else if (has('check')) {
      for (const { path, kind } of changes) say(`${signs[kind]} ${escapeText(path)}`)
      if (changes.length > 0) behind(folder, given, `is behind by ${count(changes.length, 'file')}`)
      else say(`${name} is as it would be written`)
    } else {
      const modules = result.modules.filter(({ shape }) => shape.kind !== 'project').length
      const stale = changes.filter(({ kind }) => kind === 'stale').length
      say(
        `${name}: ${count(modules, 'module')}, ${count(made.files.size, 'file')}; ${changes.length - stale} written, ${stale} removed`,
      )
    }
  }
  return isWhole && !(has('check') && changes.length > 0) ? exitCodes.done : exitCodes.failed
}

export const types: Command = {
  help,
  options: {
    out: { type: 'string', takes: 'path' },
    check: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  run,
}
