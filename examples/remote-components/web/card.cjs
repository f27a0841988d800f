// CommonJS, as another build tool makes it.
const { posix } = require('node:path')
const { shown } = require('shop/registry')

shown.push(posix.basename('/components/card'))
