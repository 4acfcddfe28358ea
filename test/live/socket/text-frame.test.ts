import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { textFrame } from '../../../src/live/socket/text-frame.ts'

const lengths = [
  { bytes: 0, header: '8100' },
  { bytes: 125, header: '817d' },
  { bytes: 126, header: '817e007e' },
  { bytes: 65_535, header: '817effff' },
  { bytes: 65_536, header: '817f0000000000010000' }
]
for (const { bytes, header } of lengths) {
  test(`TF1 a text of ${bytes} bytes has the shortest header that can say so (RFC 6455 §5.2)`, () => {
    const text = 'x'.repeat(bytes)
    const frame = textFrame(text)
    strictEqual(frame.toString('hex', 0, frame.length - bytes), header)
    strictEqual(frame.toString('utf8', frame.length - bytes), text)
  })
}

test('TF2 a text and its bytes make the same frame, also where letters have more bytes than one', () => {
  deepStrictEqual(textFrame('“Tür” 🚪'), textFrame(Buffer.from('“Tür” 🚪')))
})
