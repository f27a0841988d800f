/** Module or CommonJS: what a program's name, its text and its package say. */

import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { javascriptType, scanModule } from '../../core/module-syntax.mts'
import type { Program } from './compiler.mts'

/** `text/javascript` is an ES module, `application/node` is CommonJS. */
export type Goal = 'text/javascript' | 'application/node'

const goals = new Map<string | undefined, Goal>([
  ['commonjs', 'application/node'],
  ['module', 'text/javascript'],
  ['c', 'application/node'],
  ['m', 'text/javascript'],
])

/** The goal by the media type's parameter, or by `.cts` and `.mts` (`x.cts.md` too); `undefined` when neither says. */
export function statedGoal(url: string, parameter: string | undefined): Goal | undefined {
  const pathname = URL.canParse(url) ? new URL(url).pathname : url
  const letter = /\.([cm])[jt]sx?(?:\.md)?$/.exec(pathname)?.[1]
  return goals.get(parameter) ?? goals.get(letter)
}

/** `type` of the nearest package.json of a local file. */
function packageType(url: string): unknown {
  const path = url.startsWith('file:') ? findPackageJSON(url) : undefined
  return path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8')).type
}

/** The goal by the text, then by the package, then by what the text uses. */
export async function goalOf(url: string, code: string, moduleSyntax: boolean): Promise<Goal> {
  if (moduleSyntax) return 'text/javascript'
  const type = packageType(url)
  if (type === 'module' || type === 'commonjs') return goals.get(type)!
  return javascriptType(code)
}

const runtime = /\/jsx(?:-dev)?-runtime$/

/** Whether TypeScript has module syntax that is for values; its imports may be gone from what was compiled. */
async function writtenAsModule(source: string): Promise<boolean> {
  const syntax = await scanModule(source)
  if (syntax === undefined) return false
  const isModule = syntax.imports.some((each) => {
    if (each.type === 'dynamic') return false
    // `import x = require('y')` is for CommonJS as well.
    return !each.typeOnly && !source.slice(each.importStart, each.start).includes('=')
  })
  return isModule || syntax.exports.some((each) => !each.typeOnly)
}

/** Whether a program has module syntax of its own, and whether the compiler added an import for JSX. */
export async function hasModuleSyntax(
  { source, language }: Program,
  code: string,
): Promise<{ own: boolean; added: boolean }> {
  const syntax = await scanModule(code)
  const imports = syntax?.imports ?? []
  const added = imports.filter(
    (each) =>
      each.type === 'static' &&
      runtime.test(each.specifier) &&
      !source.includes(`/${each.specifier.split('/').at(-1)}`),
  )
  if (added.length === 0) {
    const own = syntax?.hasModuleSyntax || (language === 'ts' && (await writtenAsModule(source)))
    return { own, added: false }
  }
  let rest = code
  for (const each of added.toReversed()) {
    rest = rest.slice(0, each.importStart) + rest.slice(each.importEnd)
  }
  return { own: (await scanModule(rest))?.hasModuleSyntax === true, added: true }
}
