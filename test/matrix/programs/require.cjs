const { requireThenImport } = require('./visit.cjs')
void requireThenImport(require, (specifier, options) => import(specifier, options))
