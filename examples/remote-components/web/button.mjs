// An ES module. `shop/registry` is the host's, `#theme` its own, `names/upper` what the host's import map has.
import upper from 'names/upper.mjs'
import { shown } from 'shop/registry'
import theme from '#theme'

shown.push(`${upper('button')} (${theme})`)
