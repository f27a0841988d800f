/** Projects with dynamic modules: a loader whose files say what it returns, and two execute modules. */

import * as assert from 'uvu/assert'
import { runProject } from './spawn.mts'

/** A `.dyn` file is what `transform` returns, as JSON; its `source` is the whole file unless it says another. */
export const loader = `
export const name = 'dyn'
export const extensionMimeMap = { dyn: 'text/x-dyn' }
export const accepts = ['text/x-dyn']
export const transform = (headers, body) => ({ format: 'dynamic', source: body, ...JSON.parse(body) })`

export const base = {
  'mimeport.json': '{ "loaders": ["./loaders/dyn.mjs"] }',
  'loaders/dyn.mjs': loader,
  'loaders/lib/set.mjs': `
    console.log('set.mjs')
    export default function execute(setters, { url, source }) {
      console.log('execute', url.split('/').at(-1))
      const { values } = JSON.parse(source)
      for (const [name, value] of Object.entries(values)) setters[name](value)
      globalThis.setters = globalThis.setNamed = setters
    }`,
  'loaders/lib/return.mjs': `
    console.log('return.mjs')
    export default (setters, { url, source }) => {
      console.log('execute', url.split('/').at(-1))
      globalThis.setters = globalThis.setComputed = setters
      return JSON.parse(source).values
    }`,
}

/** The text of a module that has these exports, named by the loader. */
export const named = (values: object) =>
  JSON.stringify({ execute: './lib/set.mjs', exports: Object.keys(values), values })

/** The text of a module that has these exports, which nobody knows before it is executed. */
export const computed = (values: object) => JSON.stringify({ execute: './lib/return.mjs', values })

/** Runs a project that ends well; what it prints, line by line. */
export async function lines(
  files: Readonly<Record<string, string>>,
  options: Parameters<typeof runProject>[1] = {},
): Promise<string[]> {
  const { stdout, stderr, status } = await runProject({ ...base, ...files }, options)
  assert.is(stderr, '')
  assert.is(status, 0)
  return stdout.trimEnd().split('\n')
}
