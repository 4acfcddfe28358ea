import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { MultipartParser } from '../../../src/media/sources/http/multipart-parser.ts'

const [first, second] = [Buffer.from('ffd8\r\n--fr\r\n\r\nffd9'), Buffer.from('ffd8 the second ffd9')]

function stream(saysLength: boolean): Buffer {
  const part = (body: Buffer) => [
    Buffer.from(`--frame\r\nContent-Type: image/jpeg\r\n${saysLength ? `Content-Length: ${body.length}\r\n` : ''}\r\n`),
    ...[body, Buffer.from('\r\n')]
  ]
  return Buffer.concat([Buffer.from('preamble\r\n'), ...part(first), ...part(second), Buffer.from('--frame--\r\n')])
}

function read(boundary: string, ...chunks: Buffer[]): string[] {
  const parser = new MultipartParser(boundary)
  return chunks.flatMap(chunk => [...parser.take(chunk)].map(({ body }) => body.toString()))
}

for (const saysLength of [true, false]) {
  const bytes = stream(saysLength)
  const with_ = saysLength ? 'with' : 'without'
  test(`M1 parts ${with_} their lengths are cut apart, wherever the connection cuts them`, () => {
    for (let at = 0; at <= bytes.length; at++)
      deepStrictEqual(
        // A part without a length may be found a little later than it is there.
        read('frame', bytes.subarray(0, at), bytes.subarray(at), Buffer.alloc(200, '\n')),
        [first.toString(), second.toString()],
        `cut at ${at}`
      )
  })
}

test('M2 a boundary that was given with its dashes is the same', () => {
  deepStrictEqual(read('--frame', stream(true)).length, 2)
})

test('M3 a part whose length is said does not wait for the next', () => {
  deepStrictEqual(read('f', Buffer.from('--f\r\nContent-Length: 2\r\n\r\nab')), ['ab'])
})

for (const [rule, text] of [
  ['M4 a part of a gigabyte is refused', '--f\r\nContent-Length: 1073741824\r\n\r\n'],
  ['M5 a length that is none is refused', '--f\r\nContent-Length: -1\r\n\r\n'],
  ['M6 heads without an end are refused', `--f\r\n${'X: y\r\n'.repeat(4000)}`],
  ['M7 what has no boundary is refused', 'x'.repeat(20_000)]
] as const) {
  test(rule, () =>
    throws(
      () => read('f', Buffer.from(text)),
      (error: Error & { code?: string }) => error.code === 'SL_INPUT_DAMAGED'
    )
  )
}
