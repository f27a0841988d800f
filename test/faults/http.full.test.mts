import { testProtocol } from './suite.mts'

const test = await testProtocol('http')
test.run()
