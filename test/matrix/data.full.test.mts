import { testSource } from './suite.mts'

const test = await testSource('data')
test.run()
