import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAdvertisement, readLsRefs } from '../../core/git-host/listing.mts'
import { packLine, readPackets } from '../../core/git-host/pkt-line.mts'
import { assertUnder } from '../support/growth.mts'

const test = suite('github listing')

const oid = 'a'.repeat(40)
const peeled = 'b'.repeat(40)

test('advertisements of each version are read, with the service line and without', () => {
  const service = `${packLine('# service=git-upload-pack\n')}0000`
  const refs = [
    packLine(`${oid} HEAD\0multi_ack symref=HEAD:refs/heads/main agent=x\n`),
    packLine(`${oid} refs/heads/main\n`),
    packLine(`${oid} refs/pull/1/head\n`),
    packLine(`${oid} refs/tags/v1\n`),
    packLine(`${peeled} refs/tags/v1^{}`),
    packLine(`shallow ${oid}`),
    '0000',
  ].join('')
  for (const [text, version] of [
    [refs, 0],
    [service + refs, 0],
    [service + packLine('version 1\n') + refs, 1],
  ] as const) {
    const read = readAdvertisement(Buffer.from(text))
    assert.ok(read.version === version)
    assert.equal(
      [...read.listing.commits],
      [
        ['HEAD', oid],
        ['refs/heads/main', oid],
        ['refs/tags/v1', peeled],
      ],
    )
    assert.is(read.listing.head, 'refs/heads/main')
  }
  const capable = `${packLine('version 2\n')}${packLine('ls-refs=unborn\n')}${packLine('object-format=sha256\n')}0000`
  for (const text of [capable, service + capable]) {
    const read = readAdvertisement(Buffer.from(text))
    assert.ok(read.version === 2)
    assert.is(read.capabilities.get('object-format'), 'sha256')
  }
  const none = packLine(`${'0'.repeat(40)} capabilities^{}\0agent=x\n`)
  const empty = readAdvertisement(Buffer.from(`${service}${none}0000`))
  assert.ok(empty.version === 0)
  assert.is(empty.listing.commits.size, 0)
})

test('an answer to ls-refs is read whole or not at all', () => {
  const sha256 = 'c'.repeat(64)
  const lines = [
    packLine(`${oid} HEAD symref-target:refs/heads/main\n`),
    packLine(`unborn refs/heads/x symref-target:refs/heads/y\n`),
    packLine(`${sha256} refs/heads/main\n`),
    packLine(`${oid} refs/tags/v1 peeled:${peeled}\n`),
    packLine(`${oid} refs/notes/x\n`),
    packLine(`${oid} refs/heads/${'x'.repeat(2000)}\n`),
  ].join('')
  const { commits, head } = readLsRefs(Buffer.from(`${lines}0000`))
  assert.equal(
    [...commits],
    [
      ['HEAD', oid],
      ['refs/heads/main', sha256],
      ['refs/tags/v1', peeled],
    ],
  )
  assert.is(head, 'refs/heads/main')
  const whole = Buffer.from(`${lines}0000`)
  for (let end = 0; end < whole.length; end += 7) {
    assert.throws(
      () => readLsRefs(whole.subarray(0, end)),
      (error: Error) => error instanceof SyntaxError,
    )
  }
})

test('malformed frames are refused', () => {
  for (const text of [
    '0003',
    'fff1',
    'ffff',
    '000',
    '0',
    'zzzz',
    '-001',
    '\u0010\u0010\u0010\u0014',
    '00:4',
    '0005',
    ' 004',
    '<html>',
  ]) {
    assert.throws(
      () => [...readPackets(Buffer.from(text))],
      (error: Error) => error instanceof SyntaxError,
    )
  }
  const frames = [...readPackets(Buffer.from('00000001000200040005\n0007a\nb0006a\n'))]
  assert.equal(frames, [0, 1, 2, '', '', 'a\nb', 'a'])
  assert.is(packLine('x'.repeat(65516)).length, 65520)
  assert.throws(() => packLine('x'.repeat(65517)), /65521/)
  assert.is([...readPackets(Buffer.from(packLine('x'.repeat(65516))))].length, 1)
})

test('a listing of many refs is read in linear time', async () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => packLine(`${oid} refs/heads/b${i}\n`))
  const body = Buffer.from(`${lines.join('')}0000`)
  assert.is(readLsRefs(body).commits.size, 40_000)
  // It takes some 40; quadratic time would be thousands.
  await assertUnder(500, () => readLsRefs(body), 'refs')
})

test.run()
