/** Programs that use nothing of ours: modules and packages of every kind, by every way. */

import { kinds } from './kinds.mts'
import { testPrograms } from './suite.mts'
import { programsTo } from './ways.mts'

testPrograms('kinds', programsTo(kinds)).run()
