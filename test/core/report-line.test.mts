import { mock } from 'node:test'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nextRequestId, tell } from '../../core/http/activity.mts'
import { ProgressLine } from '../../core/report/progress-line.mts'
import { columnsOf } from '../../core/report/shown-text.mts'
import { Screen } from '../support/screen.mts'

const test = suite('the progress line')

/** A line on a screen, in a time of its own. */
function stage(columns = 80) {
  let now = 0
  const clock = mock.method(performance, 'now', () => now)
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const screen = new Screen(columns)
  const work = { made: 0, known: 0 }
  const shown: boolean[] = []
  let writes = 0
  const line = new ProgressLine({
    write: (text) => {
      writes += 1
      screen.write(text)
    },
    columns: () => columns,
    work: () => work,
    onShown: (isShown) => shown.push(isShown),
  })
  return {
    line,
    screen,
    work,
    shown,
    writes: () => writes,
    pass(time: number) {
      for (let passed = 0; passed < time; passed += 1) {
        now += 1
        mock.timers.tick(1)
      }
    },
    end() {
      line.close()
      mock.timers.reset()
      clock.mock.restore()
    },
  }
}

function asks(url: string): number {
  const id = nextRequestId()
  tell({ type: 'request', id, method: 'GET', url, headers: {}, attempt: 1 })
  return id
}

function answers(id: number, bytes: number): void {
  tell({ type: 'data', id, bytes })
  tell({ type: 'end', id, bytes, time: 1 })
}

const url = 'https://h.test/x.mjs'

test('it is not there after 299 ms of waiting, and there after 300', () => {
  const { line, screen, pass, writes, end } = stage()
  line.begin(url)
  pass(299)
  assert.is(writes(), 0)
  pass(1)
  assert.is(screen.text, 'mimeport: 0 of 1 module: https://h.test/x.mjs')
  end()
})

test('an answer takes it away without a trace, and what stood before it stays', () => {
  const { line, screen, pass, shown, end } = stage()
  screen.write('Loading… ')
  line.begin(url)
  pass(400)
  assert.is(screen.text, 'Loading… mimeport: 0 of 1 module: https://h.test/x.mjs')
  line.end()
  assert.is(screen.text, 'Loading…')
  assert.ok(screen.wraps)
  screen.write('done\n')
  assert.is(screen.text, 'Loading… done')
  assert.equal(shown, [true, false])
  end()
})

test('a wait that ends before it is there writes nothing', () => {
  const { line, pass, writes, end } = stage()
  line.begin(url)
  pass(299)
  line.end()
  pass(1000)
  assert.is(writes(), 0)
  end()
})

test('short waits of one graph add up', () => {
  const { line, screen, pass, writes, end } = stage()
  for (let wait = 0; wait < 2; wait += 1) {
    line.begin(url)
    pass(149)
    line.end()
    pass(20)
  }
  assert.is(writes(), 0)
  line.begin(url)
  pass(1)
  assert.is(writes(), 0)
  pass(1)
  assert.match(screen.text, /^mimeport: /)
  end()
})

test('waits with a pause of more than 250 ms between them do not add up', () => {
  const { line, pass, writes, end } = stage()
  for (let wait = 0; wait < 10; wait += 1) {
    line.begin(url)
    pass(299)
    line.end()
    pass(251)
  }
  assert.is(writes(), 0)
  end()
})

test('it says how many modules of those known, and how many bytes, of this load', () => {
  const { line, screen, work, pass, end } = stage()
  Object.assign(work, { made: 100, known: 100 })
  answers(asks('https://h.test/before.mjs'), 1000)
  line.begin(url)
  Object.assign(work, { made: 103, known: 110 })
  answers(asks('https://h.test/y.mjs'), 12_345)
  pass(300)
  assert.is(screen.text, 'mimeport: 3 of 10 modules, 12 kB: https://h.test/x.mjs')
  end()
})

test('it names the oldest request that has no answer', () => {
  const { line, screen, pass, end } = stage()
  line.begin(url)
  const first = asks('https://h.test/a.mjs')
  asks('https://h.test/b.mjs')
  pass(300)
  assert.match(screen.text, /: https:\/\/h\.test\/a\.mjs$/)
  answers(first, 10)
  pass(100)
  assert.match(screen.text, /, 10 B: https:\/\/h\.test\/b\.mjs$/)
  end()
})

test('a request that failed is not named any more', () => {
  const { line, screen, pass, end } = stage()
  line.begin(url)
  const id = asks('https://h.test/failed.mjs')
  tell({ type: 'error', id, error: new Error('no'), time: 1 })
  pass(300)
  assert.match(screen.text, /x\.mjs$/)
  end()
})

test('it says when a request that failed goes out again', () => {
  const { line, screen, pass, end } = stage()
  line.begin('github:o/r/x.mjs')
  const id = asks(url)
  tell({ type: 'error', id, error: new Error('503'), time: 1 })
  tell({ type: 'retry', id, url, reason: '503', delay: 2000 })
  pass(300)
  assert.is(screen.text, 'mimeport: 0 of 1 module, again in 2 s: https://h.test/x.mjs')
  pass(1000)
  assert.is(screen.text, 'mimeport: 0 of 1 module, again in 1 s: https://h.test/x.mjs')
  const again = asks(url)
  pass(100)
  assert.is(screen.text, 'mimeport: 0 of 1 module: https://h.test/x.mjs')
  tell({ type: 'error', id: again, error: new Error('503'), time: 1 })
  pass(1000)
  assert.is(screen.text, 'mimeport: 0 of 1 module: github:o/r/x.mjs')
  end()
})

test('it is drawn again at most every 100 ms, and only when it says something else', () => {
  const { line, pass, writes, work, end } = stage()
  line.begin(url)
  pass(300)
  assert.is(writes(), 1)
  pass(1000)
  assert.is(writes(), 1)
  for (let step = 0; step < 1000; step += 1) {
    work.known += 1
    pass(1)
  }
  assert.is(writes(), 11)
  end()
})

test('waits that follow each other quickly keep it in sight', () => {
  const { line, screen, pass, shown, end } = stage()
  line.begin(url)
  pass(300)
  for (let wait = 0; wait < 100; wait += 1) {
    line.end()
    assert.is(screen.text, '')
    line.begin(url)
    pass(2)
    assert.match(screen.text, /^mimeport: /)
  }
  line.end()
  assert.is(shown.at(-1), false)
  end()
})

test('waits for what is there already draw nothing', () => {
  const { line, pass, writes, end } = stage()
  line.begin(url)
  pass(300)
  line.end()
  const before = writes()
  for (let wait = 0; wait < 100; wait += 1) {
    line.begin(url)
    pass(1)
    line.end()
  }
  assert.is(writes(), before)
  end()
})

test('what is printed meanwhile begins where the line began, and the line comes back after it', () => {
  const { line, screen, pass, end } = stage()
  line.begin(url)
  pass(300)
  line.erase()
  screen.write('a loader says this\r\n')
  pass(100)
  assert.is(screen.text, 'a loader says this\nmimeport: 0 of 1 module: https://h.test/x.mjs')
  end()
  assert.is(screen.text, 'a loader says this')
})

test('it is one row of every terminal, whatever is in the URL', () => {
  const hostile = `https://h.test/日本語/\u001b[2J\r\n\u202e${'😀'.repeat(50)}/x.mjs`
  for (const columns of [1, 2, 10, 20, 40, 41, 60, 80, 132]) {
    const { line, screen, pass, end } = stage(columns)
    line.begin(hostile)
    pass(300)
    assert.not.match(screen.text, /\n/)
    assert.ok(columnsOf(screen.text) <= columns)
    line.end()
    assert.is(screen.text, '')
    end()
  }
})

test('nothing of it is left when it is closed, and nobody listens', () => {
  const { line, pass, writes, end } = stage()
  line.begin(url)
  pass(300)
  line.close()
  const before = writes()
  asks('https://h.test/later.mjs')
  pass(1000)
  assert.is(writes(), before)
  end()
})

test('its timers keep no event loop turning', () => {
  const line = new ProgressLine({
    write: () => {},
    columns: () => 80,
    work: () => ({ made: 0, known: 0 }),
    onShown: () => {},
  })
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const before = timers()
  line.begin(url)
  assert.is(timers(), before)
  line.close()
})

test.run()
