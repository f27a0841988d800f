/** `mimeport graph`: every module of a program, as a tree, a diagram or a page. */

import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { exitCodes, readWords, UsageError } from './command.mts'
import { entriesOf } from './entries.mts'
import { reasonOf, strayFailures } from './graph/failed.mts'
import { placeOf } from './graph/place.mts'
import { totalsOf } from './graph/totals.mts'
import { complain, count, say, sayData, size } from './output.mts'
import { engineOf, settingsOf } from './project.mts'
import { path } from './shown.mts'
import { replaceFile } from '../core/replacement.mts'
import { escapeText } from '../core/text.mts'
import type { Command, Given, Options } from './command.mts'
import type { Explanation, ModuleGraph } from '../core/explanation.mts'

const help = `Usage: mimeport graph [file or URL …]

Goes along the imports of a program without running it, and shows its modules as
a tree: where each comes from, what it is made into, by which steps, and how
large it is. Without a file: those that package.json's exports, main and bin
name.

  --dot                 as a graph in Graphviz' language
  --mermaid             as a flowchart in Mermaid's language
  --html [file.html]    as a page with a picture to search and zoom, each
                        module's life and text, and what was fetched when; it
                        needs no network, and has the modules' texts in it
  --json                prints the graph as JSON
  -h, --help

Exit codes: 0 done; 1 imports failed, or it could not be asked for;
2 wrong usage.`

const options = {
  dot: { type: 'boolean' },
  mermaid: { type: 'boolean' },
  html: { type: 'string', takes: 'path' },
  json: { type: 'boolean' },
} as const satisfies Options

/** In place of a file: the page is printed. */
const STDOUT = '-'

/** The value of `--html` may be left out: what follows is its file if it is called so. */
function read(args: readonly string[]): Given {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const given = args.flatMap((arg, index) => {
    if (index >= end) return [arg]
    if (arg === '--html')
      return /\.html?$/i.test(args[index + 1] ?? '') && index + 1 < end
        ? [arg]
        : [`--html=${STDOUT}`]
    return [arg]
  })
  return readWords(given, options)
}

/** The folder that paths are shown from, as a file: URL. */
const here = () => pathToFileURL(`${process.cwd()}/`).href

function summary(graph: ModuleGraph): string {
  const { modules, local, origins, bytes, transformed, requests, wireBytes, failures } =
    totalsOf(graph)
  const remote = modules - local
  const places = [
    ...(local > 0 || remote === 0 ? [count(local, 'file')] : []),
    ...(remote > 0 ? [`${remote.toLocaleString('en')} from ${count(origins, 'origin')}`] : []),
  ]
  return [
    `${count(modules, 'module')}, ${size(bytes)}`,
    places.join(', '),
    `${transformed.toLocaleString('en')} transformed`,
    ...(requests > 0 ? [`${count(requests, 'request')}, ${size(wireBytes)}`] : []),
    ...(failures > 0 ? [`${count(failures, 'import')} failed`] : []),
  ].join('; ')
}

function showFailures(failures: readonly Explanation[]): void {
  if (failures.length > 0) complain(`${count(failures.length, 'import')} failed:`)
  for (const failure of failures) {
    if (failure.error === undefined) continue
    const reason = reasonOf(failure)
    complain(`  ${reason === undefined ? '' : `${reason}: `}${failure.error.message}`)
  }
}

/** Refuses to write over what is no page of this command. @throws {UsageError} */
function checkTarget(file: string, generator: string): void {
  if (!existsSync(file) || readFileSync(file, 'latin1').includes(generator)) return
  throw new UsageError(
    `'${escapeText(file)}' is there, and no page of this command: delete it, or name another file`,
  )
}

/** What the program is called: as the engine tells its entries, which is without secrets. */
function titleOf(graph: ModuleGraph, base: string): string {
  const { entries, modules } = graph
  const begun = modules.filter(({ key }) => entries.includes(key))
  const failed = strayFailures(graph).filter(({ parentURL }) => parentURL === undefined)
  const told = [...begun.map(({ explanation }) => explanation), ...failed]
  return told.map(({ specifier }) => placeOf(specifier, base)).join(', ')
}

async function writePage(graph: ModuleGraph, file: string): Promise<void> {
  const { pageOf } = await import('./graph/page.mts')
  const { pageParts } = await import('./graph/page-parts.mts')
  const base = here()
  const page = pageOf(graph, { title: titleOf(graph, base), base }, await pageParts())
  if (file === STDOUT) return say(page.trimEnd())
  // A link that leads to nothing is replaced: a repository may bring one.
  replaceFile(file, page)
  say(`${path(file)}: ${summary(graph)}`)
}

async function show(graph: ModuleGraph, { has }: Given): Promise<void> {
  if (has('json')) return sayData(graph)
  if (has('dot')) return say((await import('./graph/dot.mts')).dotOf(graph, here()))
  if (has('mermaid')) return say((await import('./graph/mermaid.mts')).mermaidOf(graph, here()))
  const { treeOf } = await import('./graph/tree.mts')
  for (const line of treeOf(graph, here())) say(line)
  say(`\n${summary(graph)}`)
}

/** The file that the page goes to; `undefined`: no page is asked for. @throws {UsageError} */
async function targetOf({ has, value }: Given): Promise<string | undefined> {
  const file = value('html')
  const kinds = ['dot', 'mermaid', 'json'].filter(has)
  if (file !== undefined) kinds.push('html')
  if (kinds.length > 1) throw new UsageError(`--${kinds[0]} and --${kinds[1]} exclude each other`)
  if (file === STDOUT && process.stdout.isTTY) {
    throw new UsageError('a page is nothing for a terminal: name a file, --html graph.html')
  }
  if (file !== undefined && file !== STDOUT) {
    checkTarget(file, (await import('./graph/page.mts')).generator)
  }
  return file
}

export const graph: Command = {
  help,
  options,
  read,
  async run(given) {
    const { words } = given
    const file = await targetOf(given)
    const settings = settingsOf({ words })
    const entries = entriesOf(words, settings.root)
    // What is looked at is not locked by that.
    const lock = settings.lock && { ...settings.lock, dry: true }
    const bridge = engineOf({ ...settings, ...(lock && { lock }) })
    const found = await bridge.work('graph', { entries, texts: file !== undefined })
    if (file === undefined) await show(found, given)
    else await writePage(found, file)
    if (!given.has('json')) showFailures(found.failures)
    return found.failures.length === 0 ? exitCodes.done : exitCodes.failed
  },
}
