/** Text as a source map may have it: Node prints lines of sources as they are, and so do debuggers. */

// C0 but tab and what ends lines; DEL, C1; embeddings, overrides and isolates of UAX #9.
// oxlint-disable-next-line no-control-regex -- finding control characters is what it is for
const controls = /[\0-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g

/** A source's text with another character in the place of each control, so that columns stay. */
export function withoutControls(text: string): string {
  return text.replace(controls, '\ufffd')
}
