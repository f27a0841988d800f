/** What oxc-transform's text is given, so that it runs by itself and does what esbuild's does. No line moves. */

import { enumNames, namespaceNames } from './declared-names.mts'
import { nameProperties } from './namespace-constants.mts'
import type { Mapped } from './namespace-constants.mts'
import type { TransformResult } from 'oxc-transform'
import type { Program } from './compiler.mts'

/**
 * TypeScript's `__decorate` and `__param`, as esbuild has them: a decorator's metadata is not `Reflect`'s to keep here. They
 * are functions, so that a cycle of modules finds them.
 */
const helpers: Readonly<Record<string, (name: string) => string>> = {
  decorate: (name) =>
    `function ${name}(decorators, target, key, desc) { ` +
    'const isMember = arguments.length > 3; ' +
    'let result = isMember ? desc === null ? Object.getOwnPropertyDescriptor(target, key) : desc : target; ' +
    'for (let i = decorators.length - 1; i >= 0; i--) { const decorator = decorators[i]; ' +
    'if (decorator) result = (isMember ? decorator(target, key, result) : decorator(result)) || result; } ' +
    'if (isMember && result) Object.defineProperty(target, key, result); ' +
    'return result; }',
  decorateParam: (name) =>
    `function ${name}(index, decorator) { return (target, key) => decorator(target, key, index); }`,
}

const helperImport = /^import (\S+) from "@oxc-project\/runtime\/helpers\/(\w+)";$/gm

/** Puts the helpers in the place of their imports; `undefined` where one is wanted that is not ours. */
function inlineHelpers(code: string, used: Readonly<Record<string, string>>): string | undefined {
  const wanted = new Set(Object.keys(used))
  if (wanted.size === 0) return code
  const inlined = code.replace(helperImport, (line, name: string, helper: string) => {
    const text = wanted.delete(helper) ? helpers[helper]?.(name) : undefined
    return text ?? line
  })
  return wanted.size > 0 || inlined.includes('@oxc-project/runtime/') ? undefined : inlined
}

/** TypeScript's enums and namespaces are `var`: a cycle of modules finds them undefined, and does not throw. */
const topLevel =
  /^(export )?let (\S+?)(?: = (?:\/\* @__PURE__ \*\/ )?function\(\2\) \{|;\n\(function\()/gm

function withVariables(code: string, source: string): string {
  const names = new Set([...enumNames(source), ...namespaceNames(source)])
  if (names.size === 0) return code
  return code.replace(topLevel, (text, _exported: string | undefined, name: string) =>
    names.has(name) ? text.replace('let', 'var') : text,
  )
}

const emptyExport = /^export \{\};\n?/gm

/** Amends; `undefined` for what cannot be. Positions in lines that have a mapping stay, too. */
export function amend(
  { source }: Program,
  { code, map, helpersUsed }: TransformResult,
): Mapped | undefined {
  const inlined = inlineHelpers(code, helpersUsed)
  if (inlined === undefined) return undefined
  const amended = withVariables(inlined, source)
  const namespaces = namespaceNames(source)
  const mapped = { code: amended, mappings: map?.mappings }
  const named = namespaces.length > 0 ? nameProperties(mapped, namespaces) : mapped
  // That the imports are gone makes no module of a text: what was written does.
  if (named === undefined || !named.code.includes('export {}')) return named
  if (/\bexport\s*\{\s*\}/.test(source)) return named
  return { ...named, code: named.code.replace(emptyExport, '') }
}
