/** Module or CommonJS: what a program's name, its text and its package say. */

import { URL } from 'node:url'
import { readFileSync } from 'node:fs'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { javascriptType, scanModule } from '../../core/module-syntax.mts'
import { folderOf, nearestFile } from './nearest.mts'
import type { Compiled, Program } from './compiler.mts'

/** `text/javascript` is an ES module, `application/node` is CommonJS. */
export type Goal = 'text/javascript' | 'application/node'

/** By `type` of package.json, by the media type's `goal`. */
const goals = new Map<unknown, Goal>([
  ['commonjs', 'application/node'],
  ['module', 'text/javascript'],
])

/** By the letter of `.cts` and `.mts`. */
const letters = new Map<string | undefined, Goal>([
  ['c', 'application/node'],
  ['m', 'text/javascript'],
])

/** The goal by the media type's parameter, or by `.cts` and `.mts` (`x.cts.md` too); `undefined` when neither says. */
export function statedGoal(url: string, parameter: string | undefined): Goal | undefined {
  const pathname = URL.canParse(url) ? new URL(url).pathname : url
  const letter = /\.([cm])[jt]sx?(?:\.md)?$/.exec(pathname)?.[1]
  return goals.get(parameter) ?? letters.get(letter)
}

/** `type` of the nearest package.json of a local file. */
function packageType(url: string): unknown {
  if (!url.startsWith('file:')) return undefined
  const path = nearestFile(folderOf(url), 'package.json')?.path
  if (path === undefined) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))?.type
  } catch (cause) {
    const reason = escapeText((cause as Error).message)
    throw new LoaderError('ERR_MIMEPORT_CONFIG', `Cannot use '${path}': ${reason}`, { url, cause })
  }
}

/** The goal by the text, then by the package, then by what the text uses. */
export function goalOf(url: string, code: string, moduleSyntax: boolean): Goal {
  if (moduleSyntax) return 'text/javascript'
  return goals.get(packageType(url)) ?? javascriptType(code)
}

/** Whether TypeScript has module syntax that is for values; its imports may be gone from what was compiled. */
function writtenAsModule(source: string): boolean {
  const syntax = scanModule(source)
  if (syntax === undefined) return false
  const isModule = syntax.imports.some((each) => {
    if (each.type === 'dynamic') return false
    // `import x = require('y')` is for CommonJS as well.
    return !each.typeOnly && !source.slice(each.importStart, each.start).includes('=')
  })
  return isModule || syntax.exports.some((each) => !each.typeOnly)
}

/** What a compiled program shows of the program as it was written. */
export interface Written {
  /** The compiled text without the imports that JSX added. */
  readonly code: string
  readonly hasModuleSyntax: boolean
  /** Whether JSX added imports. */
  readonly importsRuntime: boolean
}

/** Tells what is the program's own from what the compiler added. */
export function writtenIn(
  { source, language }: Program,
  compiled: Pick<Compiled, 'code' | 'syntax'>,
): Written {
  const syntax = compiled.syntax ?? scanModule(compiled.code)
  const added = (syntax?.imports ?? []).filter((each) => {
    if (each.type !== 'static') return false
    const [runtime] = /\/jsx(?:-dev)?-runtime$/.exec(each.specifier) ?? []
    return runtime !== undefined && !source.includes(runtime)
  })
  let { code } = compiled
  for (const each of added.toReversed()) {
    code = code.slice(0, each.importStart) + code.slice(each.importEnd)
  }
  const own = added.length === 0 ? syntax : scanModule(code)
  const hasModuleSyntax =
    own?.hasModuleSyntax === true || (language === 'ts' && writtenAsModule(source))
  return { code, hasModuleSyntax, importsRuntime: added.length > 0 }
}
