import { testSource } from './suite.mts'

const test = await testSource('http')
test.run()
