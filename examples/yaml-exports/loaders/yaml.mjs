export const name = 'yaml'
export const extensionMimeMap = { yaml: 'application/yaml', yml: 'application/yaml' }
export const accepts = ['application/yaml', 'text/yaml', 'application/x-yaml', '+yaml']

/** Names an export for each key of the document; `default` is the whole. The values are made where they are used. */
export async function transform(headers, body) {
  const { parse } = await import('yaml')
  const value = parse(body)
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const names = isMap ? Object.keys(value).filter((key) => key !== 'default') : []
  return {
    format: 'dynamic',
    exports: ['default', ...names],
    execute: './execute.mjs',
    source: body,
  }
}
