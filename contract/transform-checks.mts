/** What `transform` must do. */

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { takeDynamic } from '../core/engine/dynamic.mts'
import { isFormat } from '../core/format.mts'
import { essenceOf, parseMediaType, specificity } from '../core/media-type.mts'
import { normalizeHeaders } from '../core/engine/response.mts'
import { call, checkError, contextFor } from './subject.mts'
import type { DynamicResult, LoaderContext, TransformResult } from '../core/types.mts'
import type { Check, Trial } from './check.mts'
import type { TransformSample } from './samples.mts'

/** Calls of each sample that are made at one time. */
const CROWD = 8

export interface Input {
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
  readonly url: string
}

/** A sample's input, which belongs to one call alone. */
export function inputOf({ loader }: Trial, sample: TransformSample): Input {
  const { headers, body, url = 'https://contract.invalid/sample' } = sample
  const own = { 'content-type': loader.accepts[0] ?? '', ...headers }
  return { headers: own, body: typeof body === 'string' ? body : body.slice(), url }
}

/** Checks what the framework checks. */
function checkResult(trial: Trial, result: unknown): asserts result is TransformResult {
  assert.ok(typeof result === 'object' && result !== null, `transform answered ${String(result)}`)
  const { source, format, headers, map } = result as Record<string, unknown>
  assert.equal(typeof format, 'string', '"format" is a string')
  const known = isFormat(format as string) || parseMediaType(format as string) !== undefined
  assert.ok(known, `"format" is one of Node's or a media type, not '${String(format)}'`)
  const isSource =
    typeof source === 'string' ||
    ArrayBuffer.isView(source) ||
    source instanceof ArrayBuffer ||
    ((source === undefined || source === null) && ['builtin', 'dynamic'].includes(format as string))
  assert.ok(isSource, `"source" is a string or bytes, not ${String(source)}`)
  normalizeHeaders(headers, trial.loader.name, 'transform')
  if (format === 'dynamic') takeDynamic(trial.loader, result)
  const isMap = map === undefined || map === null || ['string', 'object'].includes(typeof map)
  assert.ok(isMap, `"map" is a source map, not ${String(map)}`)
}

function answer({ loader }: Trial, input: Input, context: LoaderContext[]): Promise<unknown> {
  const { headers, body } = input
  return call('transform', () => loader.transform?.(headers, body, ...context))
}

async function transform(trial: Trial, input: Input, withContext = true): Promise<TransformResult> {
  const result = await answer(trial, input, withContext ? [contextFor(input.url)] : [])
  checkResult(trial, result)
  return result
}

/** A result as it can be compared. */
function comparable({ source = '', format, headers, map, ...rest }: TransformResult): unknown {
  const { execute, exports } = rest as Partial<DynamicResult>
  const bytes =
    typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString('hex')
  return JSON.stringify([bytes, format, headers ?? {}, map ?? null, execute, exports])
}

/** Where an execute module is: what it is relative to is the loader's own file. */
function executeURL(execute: string, base: string): string {
  const isBare = !/^(?:\.{0,2}\/|[a-z][a-z\d+.-]+:)/i.test(execute)
  return isBare
    ? pathToFileURL(createRequire(base).resolve(execute)).href
    : new URL(execute, base).href
}

async function again(trial: Trial, sample: TransformSample): Promise<unknown> {
  return comparable(await transform(trial, inputOf(trial, sample)))
}

const samplesOf = ({ samples }: Trial): readonly TransformSample[] => samples.transform ?? []

export const transformChecks: readonly Check[] = [
  {
    name: 'transform answers the samples',
    async check(trial) {
      for (const sample of samplesOf(trial)) {
        const result = await transform(trial, inputOf(trial, sample))
        if (sample.format !== undefined) assert.equal(result.format, sample.format)
        await sample.check?.(result)
      }
    },
  },
  {
    name: 'what executes a dynamic module exports a function',
    async check(trial) {
      const { url } = trial.subject
      if (url === undefined) return
      for (const sample of samplesOf(trial)) {
        const result = await transform(trial, inputOf(trial, sample))
        if (result.format !== 'dynamic') continue
        const { execute } = result as DynamicResult
        const namespace = (await import(executeURL(execute, url))) as { default?: unknown }
        const isFunction = typeof namespace.default === 'function'
        assert.ok(isFunction, `'${execute}' must have a function as its default export`)
      }
    },
  },
  {
    name: 'accepts covers the samples',
    check(trial) {
      for (const sample of samplesOf(trial)) {
        const type = inputOf(trial, sample).headers['content-type']!
        const essence = essenceOf(type) ?? ''
        const isCovered = trial.loader.accepts.some((range) => specificity(range, essence) > 0)
        assert.ok(isCovered, `nothing in "accepts" covers '${type}'`)
      }
    },
  },
  {
    name: 'transform works without a context',
    async check(trial) {
      for (const sample of samplesOf(trial)) await transform(trial, inputOf(trial, sample), false)
    },
  },
  {
    name: 'transform answers the same again',
    async check(trial) {
      for (const sample of samplesOf(trial)) {
        assert.equal(await again(trial, sample), await again(trial, sample))
      }
    },
  },
  {
    name: 'transform leaves its fields and its body as they were',
    async check(trial) {
      for (const sample of samplesOf(trial)) {
        const input = inputOf(trial, sample)
        await transform(trial, { ...input, headers: Object.freeze(input.headers) })
        assert.deepEqual(input.body, sample.body)
      }
    },
  },
  {
    name: 'transform takes parameters of a media type',
    async check(trial) {
      for (const sample of samplesOf(trial)) {
        const input = inputOf(trial, sample)
        const { format } = await transform(trial, input)
        const type = input.headers['content-type']
        for (const parameter of ['charset=utf-8', 'Charset="UTF-8"', 'x-contract=1']) {
          const headers = {
            ...inputOf(trial, sample).headers,
            'content-type': `${type}; ${parameter}`,
          }
          const result = await transform(trial, { ...inputOf(trial, sample), headers })
          assert.equal(essenceOf(result.format), essenceOf(format), `'${headers['content-type']}'`)
          if (isFormat(format)) assert.equal(result.format, format)
        }
      }
    },
  },
  {
    name: 'transform takes an empty body',
    async check(trial) {
      for (const sample of samplesOf(trial)) {
        const body = typeof sample.body === 'string' ? '' : new Uint8Array(0)
        const { headers, url } = inputOf(trial, sample)
        let result: unknown
        try {
          result = await answer(trial, { headers, body, url }, [contextFor(url)])
        } catch (error) {
          checkError('transform of an empty body', error)
          const isCrash = [TypeError, ReferenceError, RangeError].includes(
            (error as Error).constructor as never,
          )
          assert.ok(!isCrash, `transform of an empty body crashed: ${String(error)}`)
          continue
        }
        checkResult(trial, result)
      }
    },
  },
  {
    name: 'calls of transform at one time do not interfere',
    async check(trial) {
      const alone: unknown[] = []
      for (const sample of samplesOf(trial)) {
        alone.push(await again(trial, sample))
        // What is another thing each time is told by another case.
        if ((await again(trial, sample)) !== alone.at(-1)) return
      }
      const crowd = Array.from({ length: CROWD }, () => samplesOf(trial)).flat()
      const together = await Promise.all(crowd.map((sample) => again(trial, sample)))
      for (const [index, result] of together.entries()) {
        assert.equal(result, alone[index % alone.length])
      }
    },
  },
]
