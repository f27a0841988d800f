/** How JSX is compiled: by tsconfig.json, then by the file's pragmas, else with the automatic runtime. */

import type { TransformOptions } from 'esbuild'
import type { Program } from './compiler.mts'

/** A pragma of the classic runtime (`@jsx h`). esbuild heeds it only when that runtime has been chosen. */
const classicPragma = /@jsx[ \t]+[\w$]/
const runtimePragma = /@jsx(?:Runtime|ImportSource)[ \t]/

function isClassic({ options, source }: Program): boolean {
  switch (options.jsx?.toLowerCase()) {
    case 'react':
      return true
    case 'react-jsx':
    case 'react-jsxdev':
      return false
  }
  // Unset, or `preserve` and `react-native`, which leave JSX to a later tool. Here that is us.
  if (options.jsxFactory !== undefined || options.jsxFragmentFactory !== undefined) return true
  return classicPragma.test(source) && !runtimePragma.test(source)
}

const pragma = /@(jsx|jsxFrag|jsxRuntime|jsxImportSource)[ \t]+([^\s*]+)/g
/** Those that fill a comment's line, which is where everybody finds them. */
const plainPragmas =
  /(?:\/\*|^[ \t]*\*)[ \t*]*(?:@(?:jsx|jsxFrag|jsxRuntime|jsxImportSource)[ \t]+[\w$./@-]+[ \t]*)+(?:\*|$)/gm

/** The pragmas of a file, by name. */
export function jsxPragmas(source: string): ReadonlyMap<string, string> {
  return new Map(Array.from(source.matchAll(pragma), ([, name = '', value = '']) => [name, value]))
}

/** Whether a file's pragmas are all where nobody takes them for something else, and each is there once. */
export function hasPlainPragmas(source: string): boolean {
  if (!source.includes('@jsx')) return true
  const all = source.match(/@jsx/g)!.length
  const plain = source.match(plainPragmas)?.join('').match(/@jsx/g)?.length
  return plain === all && jsxPragmas(source).size === all
}

/** esbuild's options for a program's JSX. */
export function jsxOptions(program: Program): TransformOptions {
  if (program.language === 'ts') return {}
  const { jsx, jsxFactory, jsxFragmentFactory, jsxImportSource } = program.options
  if (isClassic(program)) {
    return {
      jsx: 'transform',
      ...(jsxFactory !== undefined && { jsxFactory }),
      ...(jsxFragmentFactory !== undefined && { jsxFragment: jsxFragmentFactory }),
    }
  }
  return {
    jsx: 'automatic',
    ...(jsx?.toLowerCase() === 'react-jsxdev' && { jsxDev: true }),
    ...(jsxImportSource !== undefined && { jsxImportSource }),
  }
}
