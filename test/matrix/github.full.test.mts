import { testSource } from './suite.mts'

const test = await testSource('github')
test.run()
