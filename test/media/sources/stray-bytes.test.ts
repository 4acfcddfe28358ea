import { deepStrictEqual, ok, rejects, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { RtspParser } from '../../../src/media/sources/rtsp/rtsp-parser.ts'
import { RtspSource } from '../../../src/media/sources/rtsp/rtsp-source.ts'
import { rtpPacket, senderReport } from '../../support/packetise.ts'
import { interleaved, scriptedCamera } from '../../support/scripted-camera.ts'

// What cameras send between packets that is neither a packet nor a message.

const picture = (number: number, channel = 2) =>
  interleaved(
    channel,
    rtpPacket({ payload: Buffer.from('6588840a', 'hex'), marker: true }, { number, timestamp: number })
  )
const report = interleaved(3, senderReport(Date.UTC(2026, 0, 1), 1))
const answer = Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 5\r\n\r\n')
const request = Buffer.from('OPTIONS rtsp://camera/ RTSP/1.0\r\nCSeq: 7\r\n\r\n')
const sound = interleaved(4, rtpPacket({ payload: Buffer.alloc(40, 0x24), marker: true }, { number: 1, timestamp: 1 }))

/** Items as words; a parser that was told that pictures come on channel 2. */
function read(bytes: Buffer, pieceBytes = bytes.length): string[] {
  const parser = new RtspParser()
  parser.channel = 2
  const items: string[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes)
    for (const item of parser.take(bytes.subarray(at, at + pieceBytes))) items.push(wordOf(item))
  return items
}

function wordOf(item: ReturnType<RtspParser['take']> extends Generator<infer Item> ? Item : never): string {
  if (item.kind === 'message') return item.startLine
  return item.channel === 2 ? `picture ${item.payload.readUInt16BE(2)}` : `channel ${item.channel}`
}

const damaged = (error: Error & { code?: string }) => error.code === 'SL_INPUT_DAMAGED'

for (const { rule, between, words } of [
  { rule: 'P12 a few bytes', between: Buffer.from('5aa5010203040506', 'hex'), words: [] },
  { rule: 'P13 20 kB', between: Buffer.alloc(20_000, 0x5a), words: [] },
  { rule: 'P14 bytes with an empty line among them', between: Buffer.from('garb\r\n\r\n'), words: [] },
  { rule: 'P15 what looks like a packet of no channel', between: Buffer.from('24240010ff', 'hex'), words: [] },
  {
    rule: 'P16 what has a channel of ours, and no RTP behind it',
    between: Buffer.from('5a240201002402', 'hex'),
    words: []
  },
  { rule: 'P17 the beginning of an answer', between: Buffer.from('RTSPRTSP'), words: [] },
  {
    rule: 'P18 bytes before an answer',
    between: Buffer.concat([Buffer.from('zz'), answer]),
    words: ['RTSP/1.0 200 OK']
  },
  {
    rule: 'P19 empty lines before a request',
    between: Buffer.concat([Buffer.from('\r\n\r\n'), request]),
    words: ['OPTIONS rtsp://camera/ RTSP/1.0']
  },
  { rule: 'P20 bytes before a report', between: Buffer.concat([Buffer.from('zz'), report]), words: ['channel 3'] },
  { rule: 'P21 nothing, but sound that nobody asked for', between: sound, words: ['channel 4'] }
]) {
  test(`${rule} between two pictures: both come, however the connection cuts it`, () => {
    const bytes = Buffer.concat([picture(1), between, picture(2)])
    for (const pieceBytes of [1, 7, 1000, bytes.length])
      deepStrictEqual(read(bytes, pieceBytes), ['picture 1', ...words, 'picture 2'], `in pieces of ${pieceBytes} bytes`)
  })
}

test('P22 whatever comes, it is the same however the connection cuts it', () => {
  const item = fc.constantFrom(picture(1), picture(2), report, answer, request, sound)
  // Bytes that something could begin with, more often than chance has them.
  const junk = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0x24, 2, 3, 0x80, 0x0d, 0x0a, ...Buffer.from('RTSP/'))), {
    maxLength: 40
  })
  const stream = fc.array(
    fc.oneof(
      item,
      junk.map(bytes => Buffer.from(bytes))
    ),
    { maxLength: 12 }
  )
  const outcome = (bytes: Buffer, pieceBytes: number) => {
    try {
      return read(bytes, pieceBytes)
    } catch (error) {
      return [String(error)]
    }
  }
  fc.assert(
    fc.property(stream, parts => {
      const bytes = Buffer.concat([picture(1), ...parts])
      const whole = outcome(bytes, bytes.length)
      for (const pieceBytes of [1, 7, 1000]) deepStrictEqual(outcome(bytes, pieceBytes), whole)
    }),
    { numRuns: 300 }
  )
})

test('P23 who goes on with it is given up after 64 kB', () => {
  const stray = Buffer.alloc(64 << 10, 0x5a)
  deepStrictEqual(read(Buffer.concat([picture(1), stray, picture(2)])), ['picture 1', 'picture 2'])
  for (const pieceBytes of [1, 1000, stray.length])
    throws(() => read(Buffer.concat([picture(1), stray, Buffer.from('Z'), picture(2)]), pieceBytes), damaged)
})

test('P24 who sends a little of it with each picture never is', () => {
  const stray = Buffer.alloc(1000, 0x5a)
  const bytes = Buffer.concat(Array.from({ length: 200 }, (_, number) => Buffer.concat([picture(number), stray])))
  deepStrictEqual(read(bytes).length, 200)
})

test('P25 before the first packet nothing is passed over', () => {
  throws(() => read(Buffer.concat([Buffer.from('zz\r\n\r\n'), picture(1)])), damaged)
})

test('P26 what is passed over costs no more in little pieces', () => {
  const bytes = Buffer.concat([
    picture(1),
    ...Array.from({ length: 4 }, () => [Buffer.alloc(60_000, 0x52), report]).flat()
  ])
  const begun = performance.now()
  deepStrictEqual(read(bytes, 1).length, 5)
  ok(performance.now() - begun < 4000, 'it took more than four seconds')
})

test('F36 garbage without an end ends the units with an error', { timeout: 10_000 }, async () => {
  await using camera = await scriptedCamera()
  await using connection = await new RtspSource(camera.url, { transport: 'tcp', dialler: new DirectDialler() }).connect(
    new AbortController().signal
  )
  const { socket } = await camera.seen('PLAY')
  socket.write(Buffer.concat([picture(1, 0), Buffer.alloc(70_000, 0x5a)]))
  const units = connection.units()
  await rejects(async () => {
    while (!(await units.next()).done);
  }, damaged)
})
