/** Text that names a builtin, and is it. */
export const name = 'builtin'
export const extensionMimeMap = { builtin: 'text/x-builtin' }
export const accepts = ['text/x-builtin']

export const transform = (headers, body) => ({ source: body.trim(), format: 'builtin' })
