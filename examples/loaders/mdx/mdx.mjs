/** MDX → the JavaScript of a component. */

/** A loader with options of `@mdx-js/mdx`: `jsxImportSource`, `remarkPlugins` and the like. */
export function mdx(options = {}) {
  return {
    name: 'mdx',
    extensionMimeMap: { mdx: 'text/mdx' },
    accepts: ['text/mdx'],

    async transform(headers, body, context) {
      const { compile } = await import('@mdx-js/mdx')
      const { SourceMapGenerator } = await import('source-map')
      const path = context?.url ?? 'anonymous.mdx'
      const file = { path, value: body }
      const compiled = await compile(file, { SourceMapGenerator, ...options }).catch((error) => {
        const { line, column, reason } = error
        throw line === undefined ? error : new SyntaxError(`${line}:${column}: ${reason}`)
      })
      return { source: String(compiled), format: 'text/javascript', map: compiled.map }
    },
  }
}

export default mdx()
