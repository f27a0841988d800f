import test from 'node:test'
import { visitAll } from './visit.cjs'
test('imports', () => visitAll((specifier, options) => import(specifier, options)))
