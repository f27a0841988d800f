/** HTML → a module whose default export is the text, and whose `render` fills in what stands between braces. */

export const name = 'html'

export const extensionMimeMap = { html: 'text/html', htm: 'text/html' }

export const accepts = ['text/html']

/** Part of each module, which has no imports: a module of the network may have no other file's functions. */
const code = `
const written = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function valueOf(values, name) {
  if (!Object.hasOwn(values, name)) throw new ReferenceError(\`the template has '{{ \${name} }}', and there is no such value\`)
  return String(values[name])
}

export function render(values) {
  return text.replace(/\\{\\{\\{\\s*([\\w$-]+)\\s*\\}\\}\\}|\\{\\{\\s*([\\w$-]+)\\s*\\}\\}/g, (all, markup, plain) =>
    plain === undefined
      ? valueOf(values, markup)
      : valueOf(values, plain).replace(/[&<>"']/g, (character) => written[character]),
  )
}
`

export function transform(headers, body) {
  const text = JSON.stringify(body)
  return { source: `const text = ${text}\nexport default text\n${code}`, format: 'module' }
}
