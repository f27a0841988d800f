/** Programs that use nothing of ours: how they are started, and what they start. */

import { processes } from './processes.mts'
import { testPrograms } from './suite.mts'

testPrograms('processes', processes).run()
