import { mdx } from '../../loaders/mdx/mdx.mjs'

// Without an option it is React's runtime. This project has its own, of a few lines.
export default mdx({ jsxImportSource: 'web-formats' })
