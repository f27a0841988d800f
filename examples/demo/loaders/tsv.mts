export const name = 'tsv'
export const extensionMimeMap = { tsv: 'text/tab-separated-values' }
export const accepts = ['text/tab-separated-values']

export function transform(_headers: Record<string, string>, body: string) {
  const [names = [], ...lines] = (body.match(/[^\r\n]+/g) ?? []).map((line) => line.split('\t'))
  const rows = lines.map((line) => Object.fromEntries(line.map((cell, i) => [names[i], cell])))
  const source = `export default ${JSON.stringify(rows)}; export const url = import.meta.url`
  return { source, format: 'module' }
}
