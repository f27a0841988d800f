import { testSource } from './suite.mts'

const test = await testSource('file')
test.run()
