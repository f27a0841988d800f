/** Lines of `name=value`, each an export of a dynamic module. */
export const name = 'pairs'
export const extensionMimeMap = { pairs: 'text/x-pairs' }
export const accepts = ['text/x-pairs']

export function transform(headers, body) {
  const names = body
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
  const execute = new URL('../execute/pairs.mjs', import.meta.url).href
  return { source: body, format: 'dynamic', exports: names, execute }
}
