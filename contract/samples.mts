/** What a loader's author tells the suite: inputs, and what the loader makes of them. Types only. */

import type { TransformResult } from '../core/types.mts'

/** A specifier that the loader answers for. */
export interface ResolveSample {
  readonly specifier: string
  /** 200 when left out. */
  readonly statusCode?: number
  /** The whole field value. */
  readonly contentType?: string
  /** As it is after content decoding; a string is UTF-8. */
  readonly body?: string | Uint8Array
  /** Where a redirect leads. */
  readonly location?: string
  /** It fails: with this `code`, or with any error. */
  readonly refused?: string | true
}

/** A relative specifier, and the absolute specifier of the module that imports it. */
export interface RelativeSample {
  readonly specifier: string
  readonly parentPath: string
  /** Any answer will do when it is left out. */
  readonly expected?: string
  /** It fails: with this `code`, or with any error. */
  readonly refused?: string | true
  /** How everything begins that a relative specifier of this parent may lead to; its URL's origin when left out. */
  readonly within?: string
}

/** A body of a media type that the loader accepts. */
export interface TransformSample {
  /** With `content-type`; that of `accepts[0]` when left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** A string for a media type that is text, bytes for any other. */
  readonly body: string | Uint8Array
  /** A module's URL, for loaders that look at its extension. */
  readonly url?: string
  readonly format?: string
  /** What `types` answers: a declaration's text, or `false` where it leaves it to be inferred; any when left out. */
  readonly types?: string | false
  /** Throws when the result is wrong. */
  readonly check?: (result: TransformResult) => void | Promise<void>
}

export interface IdentifySample {
  readonly url?: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly expected: string | false
}

export interface ContractSamples {
  readonly resolve?: readonly ResolveSample[]
  readonly relative?: readonly RelativeSample[]
  readonly transform?: readonly TransformSample[]
  readonly identify?: readonly IdentifySample[]
  /** Name of a case → why it does not go for this loader. */
  readonly skip?: Readonly<Record<string, string>>
}
