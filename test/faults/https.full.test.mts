import { testProtocol } from './suite.mts'

const test = await testProtocol('https')
test.run()
