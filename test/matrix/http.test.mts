import { testSource } from './suite.mts'

await testSource('http')
