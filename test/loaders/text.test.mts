import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, extensionMimeMap, transform } from '../../loaders/text/text.mts'
import { execute } from './typescript-program.mts'

const test = suite('text')

test('claims .txt and accepts text/plain', () => {
  assert.equal(extensionMimeMap, { txt: 'text/plain' })
  assert.equal(accepts, ['text/plain'])
})

const texts: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['lines', 'a\r\nb\n\tc\r'],
  ['a template', '${process.exit(7)} `${1}`'],
  ['quotation marks', `"'\`\\"\\`],
  ['markup', '</script><!-- a --> ]]>'],
  ['line separators', 'a\u2028b\u2029c'],
  ['lone surrogates', 'a\ud800b\udc00c'],
  ['control characters', '\0\u0001\u001b[31m\u007f\ufeff'],
  ['comments', '*/ // /* a'],
  ['text beyond the first plane', '😀 日本語'],
  ['a source map comment', '//# sourceMappingURL=x.map'],
]

for (const [what, text] of texts) {
  test(`${what} stays data`, async () => {
    const result = transform({}, text)
    assert.is(result.format, 'module')
    const namespace = await execute(result as { source: string; format: string })
    assert.equal(Object.keys(namespace), ['default'])
    assert.is(namespace.default, text)
  })
}

test.run()
