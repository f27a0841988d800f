import { visitAll } from './visit.cjs'
await visitAll(
  async (_specifier, _options, { format }) => (await import(`./static-${format}.mjs`)).ns,
)
