/** Programs that use nothing of ours: how they end, and what they see of an error. */

import { errors } from './errors.mts'
import { testPrograms } from './suite.mts'

testPrograms('errors', errors).run()
