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
