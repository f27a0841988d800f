/** Programs that use nothing of ours: they change the module system, or look into it. */

import { patches } from './patches.mts'
import { testPrograms } from './suite.mts'

testPrograms('patches', patches).run()
