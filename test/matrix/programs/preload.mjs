/** Has no --import: whoever imports mimeport has it from then on. */
import { visitAll } from './visit.cjs'

const { preload } = await import(process.env.LOADER)
await visitAll((specifier, options) => import(specifier, options), {
  async before({ specifier, url }) {
    const loaded = await preload(specifier, import.meta.url)
    return { preloaded: loaded === url ? 'url' : loaded }
  },
})
