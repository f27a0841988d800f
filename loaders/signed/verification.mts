/** Verifies that a response is signed as the configuration wants it. RFC 9421 §3.2 */

import { isInnerList, parseDictionary } from 'structured-headers'
import { isSignature } from './algorithm.mts'
import { parseComponent } from './component.mts'
import { coveredDigests, coverageFault } from './coverage.mts'
import { digestFault } from './content-digest.mts'
import { LoaderError } from '../../core/errors.mts'
import { escapeText } from '../../core/text.mts'
import { readKey } from './key.mts'
import { coveredComponents, signatureBase } from './signature-base.mts'
import { validityFault } from './validity.mts'
import type { Dictionary, InnerList } from 'structured-headers'
import type { SignatureRule } from '../../core/resource/protection.mts'
import type { SentRequest } from '../../core/resource/resource.mts'
import type { LoadResponse } from '../../core/types.mts'

/** Signatures of one response that are looked at. */
const MOST = 16

interface Attempt {
  readonly signature: InnerList
  readonly value: Uint8Array
  readonly response: LoadResponse
  readonly request: SentRequest
  readonly rule: SignatureRule
  /** Seconds since the epoch. */
  readonly now: number
}

/** Why a signature is none that counts; `undefined`: it is good. */
function faultOf({ signature, value, response, request, rule, now }: Attempt): string | undefined {
  const [, parameters] = signature
  const id = parameters.get('keyid')
  if (typeof id !== 'string') return 'it names no key (keyid)'
  const source = Object.hasOwn(rule.keys, id) ? rule.keys[id] : undefined
  if (source === undefined) return `its key '${escapeText(id.slice(0, 100))}' is not known`
  const { key, algorithm } = readKey(id, new URL(request.url).origin, source)
  const alg = parameters.get('alg')
  if (alg !== undefined && alg !== algorithm) {
    const claimed = escapeText(String(alg).slice(0, 40))
    return `it says that it is made by '${claimed}', and its key is for '${algorithm}'`
  }
  if (rule.tag !== undefined && parameters.get('tag') !== rule.tag) {
    return `its tag is not '${escapeText(rule.tag)}'`
  }
  const components = coveredComponents(signature)
  const fault =
    validityFault(parameters, now, rule.maxAge) ??
    coverageFault(components, response, (rule.components ?? []).map(parseComponent))
  if (fault !== undefined) return fault
  const base = signatureBase(signature, { request, response })
  if (!isSignature(algorithm, base, key, value)) {
    return `it is not that of '${escapeText(id)}' for this response to this request: something was changed, or taken from elsewhere`
  }
  if (response.statusCode >= 300) return undefined
  const { 'content-digest': digests = '' } = response.headers
  return digestFault(digests, response.body, coveredDigests(components))
}

/** A field's signatures by their labels. RFC 9421 §4 */
function read(response: LoadResponse, name: string, shown: string): Dictionary {
  const value = response.headers[name]
  if (value === undefined) throw new Error(`it is not signed (it has no ${shown})`)
  try {
    return parseDictionary(value)
  } catch (error) {
    throw new Error(`its ${shown} cannot be read: ${escapeText((error as Error).message)}`, {
      cause: error,
    })
  }
}

/** Why no signature of a response counts; `undefined`: one does. */
function verify(
  response: LoadResponse,
  request: SentRequest,
  rule: SignatureRule,
  now: number,
): string | undefined {
  const inputs = read(response, 'signature-input', 'Signature-Input')
  const values = read(response, 'signature', 'Signature')
  if (inputs.size > MOST) return `it has ${inputs.size} signatures, the limit is ${MOST}`
  // RFC 9421 §4
  const single = [...values.keys()].find((label) => !inputs.has(label))
  if (single !== undefined)
    return `its Signature has '${escapeText(single)}', its Signature-Input has not`
  const faults: string[] = []
  let unusable: LoaderError | undefined
  for (const [label, signature] of inputs) {
    const value = values.get(label)
    let fault: string | undefined
    if (!isInnerList(signature)) fault = 'its Signature-Input is no list of components'
    else if (value === undefined || isInnerList(value) || !(value[0] instanceof ArrayBuffer)) {
      fault = 'it has no bytes in Signature'
    } else {
      const bytes = new Uint8Array(value[0])
      try {
        fault = faultOf({ signature, value: bytes, response, request, rule, now })
      } catch (error) {
        // A key that cannot be used is the configuration's fault, and no signature's. Another may be good.
        if (error instanceof LoaderError) unusable ??= error
        fault = escapeText((error as Error).message)
      }
    }
    if (fault === undefined) return undefined
    faults.push(`signature '${label}': ${fault}`)
  }
  if (unusable !== undefined) throw unusable
  return faults.length === 0 ? 'it is not signed (Signature-Input is empty)' : faults.join('; ')
}

/**
 * Refuses a response that is content or a redirect and has no signature that counts. Any other is an error anyway, whoever
 * sends it.
 *
 * @param now ms since the epoch
 * @throws {LoaderError} ERR_MIMEPORT_SIGNATURE with each signature's reason; ERR_MIMEPORT_CONFIG for a key that cannot be used.
 */
export function refuseUnsigned(
  response: LoadResponse,
  request: SentRequest,
  rule: SignatureRule,
  now = Date.now(),
): void {
  if (response.statusCode >= 400) return
  let fault: string | undefined
  try {
    fault = verify(response, request, rule, Math.floor(now / 1000))
  } catch (error) {
    if (error instanceof LoaderError) throw error
    fault = (error as Error).message
  }
  if (fault === undefined) return
  const { url } = request
  const wanted = `the configuration's 'signatures' wants responses of '${new URL(url).origin}' signed`
  throw new LoaderError(
    'ERR_MIMEPORT_SIGNATURE',
    `Cannot load '${escapeText(url)}': ${fault}; ${wanted}`,
    { url },
  )
}
