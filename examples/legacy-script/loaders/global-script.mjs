export const name = 'global-script'
export const extensionMimeMap = { 'global.js': 'text/x-global-script' }
export const accepts = ['text/x-global-script']

/** What a script leaves in the global object is known when it has run: no `exports`, the execute module returns them. */
export function transform(headers, body) {
  return { format: 'dynamic', execute: './execute.mjs', source: body }
}
