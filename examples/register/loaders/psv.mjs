export const name = 'psv'
export const extensionMimeMap = { psv: 'text/x-pipe-separated-values' }
export const accepts = ['text/x-pipe-separated-values']

export function transform(headers, body) {
  const lines = body.match(/[^\r\n]+/g) ?? []
  const rows = lines.map((line) => line.split('|'))
  return { source: `export default ${JSON.stringify(rows)}`, format: 'module' }
}
