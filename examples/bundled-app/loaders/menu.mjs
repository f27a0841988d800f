import { fromRollup } from '../../../adapters/rollup.mts' // of an installed package: 'mimeport/rollup'
import menu from '../menu-plugin.mjs'

export default fromRollup(menu())
