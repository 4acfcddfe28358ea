import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { RtspParser } from '../../../src/media/sources/rtsp/rtsp-parser.ts'

const body = 'v=0\r\ns=Camera\r\n'
const conversation = Buffer.concat([
  Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${body.length}\r\nWWW-Authenticate: Basic\r\n`),
  Buffer.from(`www-authenticate: Digest realm="x"\r\n\r\n${body}`),
  Buffer.from([0x24, 0, 0, 3, 0x24, 0x52, 0x0d]),
  Buffer.from('\r\n\r\nOPTIONS rtsp://camera/ RTSP/1.0\r\nCSeq: 7\r\n\r\n'),
  Buffer.from([0x24, 1, 0, 0])
])
const items = [
  {
    startLine: 'RTSP/1.0 200 OK',
    headers: { cseq: '1', 'content-length': '15', 'www-authenticate': 'Basic, Digest realm="x"' },
    body
  },
  { channel: 0, payload: '24520d' },
  { startLine: 'OPTIONS rtsp://camera/ RTSP/1.0', headers: { cseq: '7' }, body: '' },
  { channel: 1, payload: '' }
]

function read(...chunks: Buffer[]) {
  const parser = new RtspParser()
  return chunks.flatMap(chunk =>
    [...parser.take(chunk)].map(item =>
      item.kind === 'data'
        ? { channel: item.channel, payload: item.payload.toString('hex') }
        : { startLine: item.startLine, headers: Object.fromEntries(item.headers), body: item.body.toString() }
    )
  )
}

const damaged = (error: unknown) => (error as { code?: string }).code === 'SL_INPUT_DAMAGED'

test('P1 messages, data and empty lines between them are told apart', () => {
  deepStrictEqual(read(conversation), items)
})

test('P2 it is the same wherever the connection cuts it in two', () => {
  for (let at = 0; at <= conversation.length; at++)
    deepStrictEqual(read(conversation.subarray(0, at), conversation.subarray(at)), items, `cut at ${at}`)
})

test('P3 it is the same byte by byte', () => {
  deepStrictEqual(read(...[...conversation].map(byte => Buffer.of(byte))), items)
})

for (const [rule, text] of [
  ['P4 what is no RTSP is refused', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['P5 headers without an end are refused', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(4000)}`],
  ['P6 a flood of headers is refused also when it ends', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(4000)}\r\n`],
  ['P7 a body of a megabyte is refused before it comes', 'RTSP/1.0 200 OK\r\nContent-Length: 1048576\r\n\r\n'],
  ['P8 a negative length is refused', 'RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n'],
  ['P9 a length that is no number is refused', 'RTSP/1.0 200 OK\r\nContent-Length: 5, 5\r\n\r\n']
] as const) {
  test(rule, () => throws(() => read(Buffer.from(text)), damaged))
}

test('P10 a body that drips in is not copied again for each byte', () => {
  const length = 200_000
  const head = Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${length}\r\n\r\n`)
  const begun = performance.now()
  const parser = new RtspParser()
  let found = [...parser.take(head)].length
  for (let at = 0; at < length; at++) found += [...parser.take(Buffer.from('x'))].length
  strictEqual(found, 1)
  ok(performance.now() - begun < 2000, 'it took more than two seconds')
})

test('P11 a line break alone begins no header inside another', () => {
  const [item] = read(Buffer.from('RTSP/1.0 200 OK\r\nContent-Base: rtsp://a/\nSession: 5\r\n\r\n'))
  deepStrictEqual(item && 'headers' in item && item.headers, { 'content-base': 'rtsp://a/', session: '5' })
})
