/** `mimeport loaders`: which loaders the project has, where each is from, and what it claims. */

import { exitCodes } from './command.mts'
import { engineOf, settingsOf } from './project.mts'
import { complain, say, sayData } from './output.mts'
import { path } from './shown.mts'
import { escapeText } from '../core/text.mts'
import type { Command } from './command.mts'
import type {
  BrokenLoader,
  ListedLoader,
  LoaderConflict,
  LoaderListing,
} from '../core/loader-listing.mts'

const help = `Usage: mimeport loaders [file]

Lists the loaders of the project in the order in which they are asked: those
of its own, then the built-in ones; and what each claims. 'resolve' is asked
about specifiers, by scheme where it names any; 'accepts' are the media types
that it transforms. With a file: the loaders of that program's project.

  --json     prints the result as JSON
  -h, --help

Exit codes: 0 done; 1 a loader cannot be used, or two of the project's claim
the same; 2 wrong usage.`

/** What a loader claims, a line for each kind. */
function claimsOf(loader: ListedLoader): string[] {
  const { accepts, exports, extensions, isAskedForAll, schemes } = loader
  const byType = Map.groupBy(Object.entries(extensions), ([, type]) => type)
  const types = [...byType].map(
    ([type, of]) => `${of.map(([extension]) => `.${extension}`).join(' ')} → ${type}`,
  )
  return [
    ...(isAskedForAll ? ['resolve    every specifier that is neither relative nor a builtin'] : []),
    ...(schemes === undefined ? [] : [`resolve    ${schemes.join(', ')}`]),
    ...types.map((each, index) => `${index === 0 ? 'extension' : '         '}  ${each}`),
    ...(accepts.length === 0 ? [] : [`accepts    ${accepts.join(', ')}`]),
    ...(exports.includes('identify') ? ['identify   by content, where nothing else says'] : []),
  ]
}

function placeOf({ file, from, source }: ListedLoader): string {
  if (from === 'built-in') return 'built in'
  return from === 'package' ? `package ${escapeText(source)}` : path(file)
}

function show(loader: ListedLoader): void {
  const note = loader.replaced ? ', replaced by the project: takes no part' : ''
  say(`${escapeText(loader.name)}  (${placeOf(loader)}${note})`)
  for (const line of loader.replaced ? [] : claimsOf(loader)) say(`  ${escapeText(line)}`)
}

function claimOf({ kind, claim }: LoaderConflict): string {
  return `the ${kind} '${escapeText(kind === 'extension' ? `.${claim}` : claim)}'`
}

function showConflict(conflict: LoaderConflict, { loaders }: LoaderListing): void {
  const owners = conflict.files.map((file) => loaders.find((each) => each.file === file)!)
  const shown = owners.map((each) => `'${escapeText(each.name)}' (${placeOf(each)})`)
  if (conflict.fatal) {
    complain(`Two loaders of the project claim ${claimOf(conflict)}: ${shown.join(' and ')}`)
  } else say(`${claimOf(conflict)}: ${shown.join(' goes before ')}`)
}

function showBroken({ code, message }: BrokenLoader): void {
  complain(`${code === '' ? '' : `${code}: `}${message}`)
}

export const loaders: Command = {
  help,
  options: { json: { type: 'boolean' } },
  run: async ({ words, has }) => {
    const listing = await engineOf(settingsOf({ words })).work('loaders', undefined)
    const { broken, conflicts, loaders: all } = listing
    if (has('json')) sayData(listing)
    else {
      for (const loader of all) show(loader)
      if (conflicts.length > 0 && all.length > 0) say('')
      for (const conflict of conflicts) showConflict(conflict, listing)
      for (const each of broken) showBroken(each)
    }
    const isUsable = broken.length === 0 && conflicts.every(({ fatal }) => !fatal)
    return isUsable ? exitCodes.done : exitCodes.failed
  },
}
