export const name = 'tsv'
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']

export function transform(headers, body) {
  const lines = body.match(/[^\r\n]+/g) ?? []
  const rows = lines.map((line) => line.split('\t'))
  return { source: `export default ${JSON.stringify(rows)}`, format: 'module' }
}
