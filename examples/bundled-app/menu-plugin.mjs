import { parse } from 'yaml'

/** A plugin of Rollup's, as there are many: it knows nothing of mimeport. */
export default function menu() {
  return {
    name: 'menu',
    resolveId: { filter: { id: /^virtual:menu$/ }, handler: () => '\0virtual:menu' },
    load(id) {
      if (id !== '\0virtual:menu') return null
      return `export const dishes = ['soup', 'bread']`
    },
    transform: {
      filter: { id: '**/*.yaml' },
      handler: (code) => ({
        code: `export default ${JSON.stringify(parse(code))}`,
        map: { mappings: '' },
      }),
    },
  }
}
