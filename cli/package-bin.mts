/** Commands that packages of the project bring: package.json, "bin". */

import { existsSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folders from `from` up to the root. */
function* upwards(from: string): Generator<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    yield folder
    if (dirname(folder) === folder) return
  }
}

/** The file that a package's package.json has for a command; `undefined`: it has none of this name. */
function binOf(folder: string, command: string): string | undefined {
  let manifest: { name?: unknown; bin?: unknown }
  try {
    manifest = Object(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  } catch {
    // No package, or one that cannot be read: nobody could have installed its commands.
    return undefined
  }
  const { name, bin } = manifest
  const own = typeof name === 'string' ? name.replace(/^@[^/]+\//, '') : undefined
  const commands = typeof bin === 'string' ? (own === undefined ? {} : { [own]: bin }) : bin
  const targets = new Map(Object.entries(Object(commands)))
  // `npx @scope/tool` is the one command that the package has, or the one of its name.
  const isName = command === name
  const target =
    targets.get(command) ??
    (isName ? (targets.size === 1 ? [...targets.values()][0] : targets.get(own ?? '')) : undefined)
  const file = typeof target === 'string' ? join(folder, target) : undefined
  return file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile()
    ? file
    : undefined
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** The folders of the packages that lie in a node_modules. */
function* packagesIn(modules: string): Generator<string> {
  for (const name of namesIn(modules)) {
    if (name.startsWith('.')) continue
    if (!name.startsWith('@')) yield join(modules, name)
    else for (const inner of namesIn(join(modules, name))) yield join(modules, name, inner)
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && existsSync(path)
}

/**
 * The script of a command, as `npx` finds it in a project: in the node_modules of `from` and of the folders above it, then in
 * the project's own package. npm links it; what is no link there (pnpm, Windows) is a script of a shell that starts it, and
 * the package itself is looked for.
 */
export function findBin(command: string, from: string): string | undefined {
  for (const folder of upwards(from)) {
    const modules = join(folder, 'node_modules')
    const link = join(modules, '.bin', command)
    if (isLink(link)) return link
    const own = binOf(join(modules, command), command)
    if (own !== undefined) return own
    if (!existsSync(link) && !existsSync(`${link}.cmd`)) continue
    for (const each of packagesIn(modules)) {
      const found = binOf(each, command)
      if (found !== undefined) return found
    }
  }
  for (const folder of upwards(from)) {
    if (existsSync(join(folder, 'package.json'))) return binOf(folder, command)
  }
  return undefined
}

/** The names of the commands that are installed there. */
export function binNames(from: string): string[] {
  const found = [...upwards(from)].flatMap((folder) => namesIn(join(folder, 'node_modules/.bin')))
  return [...new Set(found)].filter((name) => !/\.(?:cmd|ps1)$/.test(name))
}
