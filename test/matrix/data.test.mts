import { testSource } from './suite.mts'

await testSource('data')
