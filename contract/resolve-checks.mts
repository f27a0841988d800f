/** What `resolve` must do. */

import assert from 'node:assert/strict'
import { readBody } from '../core/body/body.mts'
import { decodeContent } from '../core/body/content-coding.mts'
import { moduleURL } from '../core/engine/module-url.mts'
import { normalizeResponse } from '../core/engine/response.mts'
import { foreignSpecifiers, oddSpecifiers } from './odd.mts'
import { call, checkError, contextFor, fails } from './subject.mts'
import type { UnreadResponse } from '../core/engine/response.mts'
import type { LoaderContext } from '../core/types.mts'
import type { Check, Trial } from './check.mts'
import type { ResolveSample } from './samples.mts'

/** Bytes that a body of a sample may have. */
const LIMIT = 64 * 1024 * 1024

function shown(specifier: string): string {
  return JSON.stringify(specifier.length > 80 ? `${specifier.slice(0, 80)}…` : specifier)
}

/** Asks; `undefined` is "not mine". */
async function ask(
  { loader }: Trial,
  specifier: string,
  ...context: LoaderContext[]
): Promise<UnreadResponse | undefined> {
  const what = `resolve(${shown(specifier)})`
  const answer = await call(what, () => loader.resolve?.(specifier, ...context))
  if (answer === false || answer === null || answer === undefined) return undefined
  return normalizeResponse(answer, loader.name)
}

async function read(response: UnreadResponse, specifier: string): Promise<Uint8Array> {
  const body = await readBody(response.body, { limit: LIMIT, url: specifier })
  return decodeContent(body, response.headers['content-encoding'], { url: specifier })
}

async function checkSample(trial: Trial, sample: ResolveSample, context: LoaderContext[]) {
  const { specifier, statusCode = 200, contentType, location, body, refused } = sample
  const what = `resolve(${shown(specifier)})`
  if (refused !== undefined) return fails(what, () => ask(trial, specifier, ...context), refused)
  const response = await ask(trial, specifier, ...context)
  assert.ok(response !== undefined, `${what} answered that it is not the loader's`)
  assert.equal(response.statusCode, statusCode, `statusCode of ${what}`)
  const found = await read(response, specifier)
  const { headers } = response
  if (location !== undefined) assert.equal(headers['location'], location, `location of ${what}`)
  if (contentType !== undefined) {
    assert.equal(headers['content-type'], contentType, `content-type of ${what}`)
  }
  if (body === undefined) return
  const expected = typeof body === 'string' ? new TextEncoder().encode(body) : body
  assert.ok(Buffer.from(found).equals(expected), `body of ${what}: ${Buffer.from(found)}`)
}

/** Odd specifiers as this loader is asked for them: after its schemes, and after what it answers for. */
function oddFor({ loader, samples }: Trial): string[] {
  if (loader.schemes === undefined) return [...oddSpecifiers]
  const known = samples.resolve?.[0]?.specifier
  return oddSpecifiers.flatMap((odd) => {
    // A name after a scheme may be a host's, whose look-up is nobody's wish.
    const isName = /^[\p{L}\p{N}\p{Emoji}_]/u.test(odd)
    const bare = isName ? [] : [...loader.schemes!].map((scheme) => scheme + odd)
    return known === undefined ? bare : [...bare, known + odd]
  })
}

export const resolveChecks: readonly Check[] = [
  {
    name: 'resolve answers the samples',
    async check(trial) {
      for (const sample of trial.samples.resolve ?? []) {
        const context = contextFor(sample.specifier, moduleURL(sample.specifier))
        await checkSample(trial, sample, [context])
      }
    },
  },
  {
    name: 'resolve works without a context',
    async check(trial) {
      for (const { specifier, refused } of trial.samples.resolve ?? []) {
        if (refused !== undefined) continue
        const response = await ask(trial, specifier)
        assert.ok(response !== undefined, `resolve(${shown(specifier)}) is not the loader's now`)
        await read(response, specifier)
      }
    },
  },
  {
    name: 'resolve leaves alone what is not its own',
    async check(trial) {
      if (trial.loader.resolve === undefined || trial.loader.schemes !== undefined) return
      for (const specifier of foreignSpecifiers) {
        const response = await ask(trial, specifier, contextFor(specifier))
        const answer = response && `${response.statusCode}`
        assert.equal(
          answer,
          undefined,
          `resolve(${shown(specifier)}) answered; false leaves it alone`,
        )
      }
    },
  },
  {
    name: 'resolve takes odd specifiers',
    async check(trial) {
      if (trial.loader.resolve === undefined) return
      for (const specifier of oddFor(trial)) {
        const what = `resolve(${shown(specifier)})`
        let response: UnreadResponse | undefined
        try {
          const answer = await call(what, () =>
            trial.loader.resolve?.(specifier, contextFor(specifier)),
          )
          if (answer === false || answer === null || answer === undefined) continue
          response = normalizeResponse(answer, trial.loader.name)
        } catch (error) {
          if ((error as { code?: string })?.code === 'ERR_MIMEPORT_INVALID_RETURN') throw error
          checkError(what, error)
          continue
        }
        if (response.body instanceof ReadableStream) await response.body.cancel()
      }
    },
  },
]
