import { testProtocol } from './suite.mts'

const test = await testProtocol('h2')
test.run()
