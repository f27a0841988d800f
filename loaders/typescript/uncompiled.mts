/** Programs where no compiler may run: under the permission model, which must allow its child process. */

import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { isDenied } from './compiler.mts'
import { elideUnseen } from './elision.mts'
import { strippingFault } from './strip.mts'
import { syntaxError } from './syntax-error.mts'
import type { ModuleSyntax } from '../../core/module-syntax.mts'
import type { Program } from './compiler.mts'

interface Erased {
  readonly code: string
  readonly hasModuleSyntax: boolean
}

/** Passes on an error, unless it is that no compiler may run. */
export function unlessDenied(error: unknown): undefined {
  if (!isDenied(error)) throw error
}

/**
 * What was erased, without the imports that nobody can use, since their names stand nowhere else. Exported types, and names
 * that a comment has as well, stay, as they do in Node itself.
 */
export function withoutUnseen({ options }: Program, erased: Erased, syntax: ModuleSyntax): Erased {
  if (options.verbatimModuleSyntax === true || options.preserveValueImports === true) return erased
  return { ...erased, code: elideUnseen(erased.code, syntax) }
}

const apart = /\/\/.*|\/\*[^]*?\*\/|`(?:[^`\\]|\\[^])*`/g

/** Whether a text, its types erased, seems to have decorators, which V8 does not know: `@` at the start of a line, and a class. */
export function hasDecorators(code: string): boolean {
  const plain = code.replace(apart, '')
  return /\bclass\b/.test(plain) && /^[ \t]*(?:export[ \t]+(?:default[ \t]+)?)?@[\w$(]/m.test(plain)
}

/** Makes the error for a program that has to be compiled, and cannot be. */
export function withoutCompiler({ language, source, url }: Program): (error: unknown) => never {
  return (cause) => {
    if (!isDenied(cause)) throw cause
    // Not everything that cannot be erased is TypeScript.
    const fault = language === 'ts' ? strippingFault(source) : undefined
    if (fault !== undefined) throw syntaxError(url, fault)
    throw new LoaderError(
      'ERR_MIMEPORT_PERMISSION',
      `Cannot transform '${escapeText(url)}': JSX, and TypeScript that cannot be erased (enums, namespaces, parameter properties, decorators), is compiled by esbuild, and the permission model denies child processes; add --allow-child-process to the command line`,
      { url, permission: 'ChildProcess', cause },
    )
  }
}
