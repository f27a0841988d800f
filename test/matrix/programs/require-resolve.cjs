const { resolveAll } = require('./visit.cjs')
resolveAll(require.resolve, 'filename')
