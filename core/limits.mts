/** What bounds hostile or broken input. Bytes and milliseconds; every limit is inclusive. */

export interface Limits {
  /** Bytes of a body as it comes over the wire, and as it is after content decoding. */
  readonly body: number
  /** Decoded bytes for each wire byte, once a body has passed 1 MiB. */
  readonly ratio: number
  /** Content codings on one response. */
  readonly codings: number
  /** Redirects followed for one import. RFC 9110 §15.4. */
  readonly redirects: number
  /** Transforms of one module. */
  readonly transforms: number
  /** Bytes that one transform may return. */
  readonly output: number
  /** Bytes a second of all bodies of one server together, over each `idle` of a body; 0: as slow as it likes. */
  readonly speed: number
  /** Connections to one origin at a time that speak HTTP/1.1. HTTP/2 takes one. */
  readonly connections: number
  /** How often a request goes out, at most, whose failure another attempt may mend; 1: once. */
  readonly tries: number
}

export interface Timeouts {
  /** One import, from the hook's call to its answer, ms. */
  readonly total: number
  /** From the start of a connection until requests can go out on it: name, TCP, proxy, TLS; ms. */
  readonly connect: number
  /** From a request's going out to its response's header section, ms. */
  readonly headers: number
  /** Between two pieces of a body, ms. */
  readonly idle: number
}

const MiB = 1024 * 1024

export const defaultLimits: Limits = {
  body: 32 * MiB,
  ratio: 200,
  codings: 2,
  redirects: 10,
  transforms: 16,
  output: 64 * MiB,
  speed: 100,
  connections: 64,
  tries: 3,
}

export const defaultTimeouts: Timeouts = {
  total: 30_000,
  connect: 5_000,
  headers: 10_000,
  idle: 5_000,
}

/** How long the engine's event loop may stand still at a loader's call, ms. */
export const UNRESPONSIVE = 1_500

/** The limits and deadlines in force in this thread: live bindings, set once when the engine starts. */
export let limits: Limits = defaultLimits
export let timeouts: Timeouts = defaultTimeouts

/** Puts the project's own limits and deadlines in force. */
export function configureLimits(own: Partial<Limits>, ownTimeouts: Partial<Timeouts>): void {
  limits = { ...defaultLimits, ...own }
  timeouts = { ...defaultTimeouts, ...ownTimeouts }
}
