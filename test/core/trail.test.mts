import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Trail } from '../../core/engine/trail.mts'

const test = suite('trail')

test('a trail without hops is empty', () => {
  const trail = new Trail()
  assert.is(String(trail), '')
  assert.is(trail.length, 0)
  assert.equal(trail.entries, [])
})

test('redirects and transforms are one chain each', () => {
  const trail = new Trail()
  trail.redirect('one:a', 302, 'two:b')
  trail.redirect('two:b', 307, 'three:c')
  trail.transform('text/x', 'a', 'text/y; v=1')
  trail.transform('text/y', 'b', 'module')
  assert.is(trail.length, 4)
  assert.is(
    String(trail),
    'one:a -302→ two:b -307→ three:c; text/x -[a]→ text/y; v=1; text/y -[b]→ module',
  )
  assert.equal(trail.entries, [
    'one:a -302→ two:b',
    'two:b -307→ three:c',
    'text/x -[a]→ text/y; v=1',
    'text/y -[b]→ module',
  ])
})

test('what came from outside is escaped', () => {
  const trail = new Trail()
  trail.redirect('one:\u001b[2J', 302, 'two:\u202e')
  assert.is(String(trail), 'one:\\u{1b}[2J -302→ two:\\u{202e}')
  assert.equal(trail.entries, ['one:\\u{1b}[2J -302→ two:\\u{202e}'])
})

test('the list of hops so far does not grow with the trail', () => {
  const trail = new Trail()
  trail.transform('text/x', 'a', 'text/y')
  const { entries } = trail
  trail.transform('text/y', 'b', 'module')
  assert.is(entries.length, 1)
})

test.run()
