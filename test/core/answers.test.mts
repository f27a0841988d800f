import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Answers } from '../../core/bridge/answers.mts'

const test = suite('answers')

function make() {
  const said: string[] = []
  const outbox = {
    post: (message: { id?: number; value?: unknown; error?: { message: string } }) => {
      if (typeof message.value === 'function') throw new Error('it cannot be cloned')
      said.push(`${message.id} ${message.error?.message ?? String(message.value)}`)
    },
  }
  const answers = new Answers(
    outbox as ConstructorParameters<typeof Answers>[0],
    { end() {} },
    () => said.push('done'),
  )
  return { answers, said }
}

test('a call is answered once, and who owes nothing says so', () => {
  const { answers, said } = make()
  answers.begin(1)
  answers.begin(2)
  answers.answer(1, 'a')
  answers.answer(1, 'b')
  assert.ok(answers.isOwing)
  answers.refuse(2, new Error('no'))
  assert.not(answers.isOwing)
  assert.equal(said, ['1 a', '2 no', 'done'])
})

test('what cannot be sent is refused', () => {
  const { answers, said } = make()
  answers.begin(1)
  answers.answer(1, () => {})
  assert.equal(said, ['1 it cannot be cloned', 'done'])
})

test('an answer comes after what it has led to: its promises, and what these ask for in a tick', async () => {
  const { answers, said } = make()
  await Promise.resolve()
  answers.begin(1)
  answers.answerSoon(1, 'a')
  const request = async () => {
    for (let step = 0; step < 50; step++) await undefined
    process.nextTick(() => said.push('written'))
  }
  void request()
  await new Promise((resolve) => setImmediate(resolve))
  said.push('turned')
  assert.equal(said, ['written', '1 a', 'done', 'turned'])
})

test('a thread that ends gives what is ready, and refuses the rest', () => {
  const { answers, said } = make()
  answers.begin(1)
  answers.begin(2)
  answers.answerSoon(1, 'a')
  answers.flush()
  answers.refuseAll(new Error('it ended'))
  assert.equal(said, ['1 a', '2 it ended', 'done'])
})

test.run()
