/** Programs that use nothing of ours: modules that are wrong, or are not there, by every way. */

import { faults } from './faults.mts'
import { testPrograms } from './suite.mts'
import { programsTo } from './ways.mts'

testPrograms('faults', programsTo(faults)).run()
