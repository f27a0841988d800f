/** `env:` → a module of the program's environment; `env:NAME` → one variable of it. */

export const name = 'env'

export const schemes = ['env:']

export const accepts = ['text/x-environment']

/** Names, and no values: what is remembered of a module has none of them. */
export async function resolve(specifier) {
  const body = specifier.slice('env:'.length).replace(/^\/+/, '')
  if (/[/?#]/.test(body)) return { statusCode: 404 }
  return { headers: { 'content-type': 'text/x-environment' }, body }
}

export async function resolveRelativePath(specifier, parentPath) {
  throw new Error(`Cannot resolve '${specifier}': nothing is relative to '${parentPath}'`)
}

export function transform(headers, body) {
  const names = body === '' ? {} : { exports: ['default'] }
  return { format: 'dynamic', ...names, execute: './execute.mjs', source: body }
}
