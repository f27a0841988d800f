/** What a loader's module must be. */

import assert from 'node:assert/strict'
import { moduleURL } from '../core/engine/module-url.mts'
import { checkSame, snapshot, stdoutOf } from './globals.mts'
import { contextFor } from './subject.mts'
import type { Check, Trial } from './check.mts'

/** Calls every function with every sample, whatever it answers. */
async function callAll({ loader, samples }: Trial): Promise<void> {
  const calls: (() => unknown)[] = []
  for (const { specifier } of samples.resolve ?? []) {
    calls.push(() => loader.resolve?.(specifier, contextFor(specifier, moduleURL(specifier))))
  }
  for (const { specifier, parentPath } of samples.relative ?? []) {
    calls.push(() => loader.resolveRelativePath?.(specifier, parentPath))
  }
  for (const { headers, body, url = 'https://contract.invalid/sample' } of samples.transform ??
    []) {
    const own = { 'content-type': loader.accepts[0] ?? '', ...headers }
    const given = typeof body === 'string' ? body : body.slice()
    calls.push(() => loader.transform?.(own, given, contextFor(url)))
    calls.push(() => loader.types?.(own, given, contextFor(url)))
  }
  for (const { url = 'https://contract.invalid/sample', body, headers = {} } of samples.identify ??
    []) {
    calls.push(() => loader.identify?.(url, body, { ...headers }))
  }
  for (const each of calls) {
    try {
      await each()
    } catch {
      // Whether it may fail is another case's affair.
    }
  }
}

const sampled = {
  resolve: 'resolve',
  resolveRelativePath: 'relative',
  transform: 'transform',
  types: 'transform',
  identify: 'identify',
} as const

/** How many things keep the process alive: timers, servers, children. Reading a file comes and goes. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((name) => !name.startsWith('FSReq')).length
}

/** `before`: what the global objects were before the loader was imported. */
export function moduleChecks(before: ReturnType<typeof snapshot>): readonly Check[] {
  return [
    {
      name: 'it has a name that fits into a message',
      check({ loader: { name } }) {
        assert.match(name, /^[\w.@/+-]{1,60}$/, 'a name has letters, digits and - . _ @ / + alone')
      },
    },
    {
      name: 'what it declares is well-formed',
      check({ loader }) {
        for (const extension of loader.extensions.keys()) {
          const isPlain = !/[\s*?#%\\]|^\.|\.$|\.\./.test(extension)
          assert.ok(isPlain, `'${extension}' in "extensionMimeMap" is no file's extension`)
        }
        const ranges = loader.accepts.map((range) => range.toLowerCase())
        assert.equal(new Set(ranges).size, ranges.length, '"accepts" names a media type twice')
        for (const range of ranges) {
          assert.ok(
            !range.includes(';'),
            `'${range}' in "accepts" has parameters, which do not count`,
          )
        }
      },
    },
    {
      name: 'every function that it exports has a sample',
      check({ loader, samples }) {
        for (const [name, kind] of Object.entries(sampled)) {
          if (loader[name as keyof typeof sampled] === undefined) continue
          assert.ok((samples[kind] ?? []).length > 0, `samples.${kind} is empty`)
        }
      },
    },
    {
      name: 'importing it again has no side effect',
      async check({ subject }) {
        if (subject.url === undefined) return
        const listeners = () => process.eventNames().map((name) => process.listenerCount(name))
        const state = [snapshot(), listeners(), resources()] as const
        const separator = subject.url.includes('?') ? '&' : '?'
        const text = await stdoutOf(() => import(`${subject.url}${separator}again`))
        assert.equal(text, '', 'it wrote to stdout')
        checkSame(state[0], snapshot())
        assert.deepEqual(listeners(), state[1], 'it listens to events of the process')
        assert.ok(resources() <= state[2], 'it started something that goes on')
      },
    },
    {
      name: 'it changes no global',
      async check(trial) {
        await callAll(trial)
        checkSame(before, snapshot())
      },
    },
    {
      name: 'it writes nothing to stdout',
      async check(trial) {
        assert.equal(await stdoutOf(() => callAll(trial)), '')
      },
    },
  ]
}
