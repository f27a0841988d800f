/** Comes before the program. When that has ended, it is imported, and is the same module. */
import { evaluated, visitAll } from './visit.cjs'

process.once('beforeExit', () =>
  visitAll((specifier, options) => import(specifier, options), {
    before: ({ format }) => ({ ran: evaluated(format) }),
  }),
)
