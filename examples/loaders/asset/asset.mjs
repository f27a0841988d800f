/** Images, fonts and sounds → a module whose default export is the URL; by query the bytes, a data: URL, or the text. */

export const name = 'asset'

/** Where nobody says what a file is: the table of the framework knows the rest. */
export const extensionMimeMap = {
  avif: 'image/avif',
  gif: 'image/gif',
  ico: 'image/vnd.microsoft.icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  woff2: 'font/woff2',
}

export const accepts = ['image/*', 'font/*', 'audio/*']

function expressionFor(query, url, bytes, mediaType) {
  const base64 = bytes.toString('base64')
  if (query.has('bytes')) return `Uint8Array.from(Buffer.from('${base64}', 'base64'))`
  if (query.has('raw')) return JSON.stringify(bytes.toString())
  return JSON.stringify(query.has('inline') ? `data:${mediaType};base64,${base64}` : url)
}

export function transform(headers, body, context) {
  const url = context?.url ?? 'about:blank'
  const [mediaType] = headers['content-type'].split(';', 1)
  // A data: URL has no query: what looks like one is content.
  const query = url.startsWith('data:') ? new URLSearchParams() : new URL(url).searchParams
  const value = expressionFor(query, url, Buffer.from(body), mediaType)
  return { source: `export default ${value}\n`, format: 'module' }
}
