import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { missing, pictureLoss, receptionReport } from '../../../src/live/webrtc/feedback.ts'
import type { Peer } from '../../../src/live/webrtc/peer.ts'
import { RtpSender } from '../../../src/live/webrtc/rtp-sender.ts'
import type { RtpFields } from '../../../src/live/webrtc/secure-transport.ts'

/** A viewer that only counts; `said` is what the sender's session was told. */
function viewer() {
  const sent: RtpFields[] = []
  const again: Buffer[] = []
  const said: string[] = []
  const peer = {
    send(header: RtpFields, payload: Buffer) {
      sent.push(header)
      return Buffer.concat([Buffer.of(header.sequenceNumber >> 8, header.sequenceNumber & 0xff), payload])
    },
    sendAgain: (bytes: Buffer) => void again.push(bytes),
    sendControl: () => undefined
  }
  const sender = new RtpSender(peer as unknown as Peer, {
    keyWanted: () => said.push('key'),
    goodbye: () => said.push('goodbye'),
    hopeless: () => said.push('hopeless'),
    now: () => ({ wallMs: 0, timestamp: 0 })
  })
  return { sent, again, said, sender, [Symbol.dispose]: () => sender.close() }
}

const payloads = (count: number) => Array.from({ length: count }, (_, index) => Buffer.of(index))

test('R1 the last packet of a picture is marked, and numbers grow by one', () => {
  using given = viewer()
  given.sender.send(payloads(3), 96, 1000)
  const [first, ...others] = given.sent
  deepStrictEqual(
    given.sent.map(({ marker }) => marker),
    [false, false, true]
  )
  deepStrictEqual(
    others.map(({ sequenceNumber }) => sequenceNumber - first!.sequenceNumber),
    [1, 2]
  )
})

test('R2 what is asked for again goes out as it was, and not twice in a row', () => {
  using given = viewer()
  given.sender.send(payloads(3), 96, 1000)
  const { sequenceNumber } = given.sent[1]!
  for (let count = 0; count < 3; count++) given.sender.receive(missing(1, given.sender.ssrc, [sequenceNumber]))
  deepStrictEqual(given.again, [Buffer.of(sequenceNumber >> 8, sequenceNumber & 0xff, 1)])
})

test('R3 a large picture does not go out at once', () => {
  using given = viewer()
  given.sender.send(payloads(100), 96, 1000)
  ok(given.sent.length < 100)
})

test('R4 what is more than the way can take is left out', () => {
  using given = viewer()
  ok(given.sender.send(payloads(7000), 96, 1000))
  strictEqual(given.sender.send(payloads(7000), 96, 4000), false)
})

test('R5 a wish for a key frame is passed on', () => {
  using given = viewer()
  given.sender.receive(pictureLoss(1, given.sender.ssrc))
  deepStrictEqual(given.said, ['key'])
})

test('R6 a viewer that loses half of everything for 20 s is given up, and one that recovers is not', t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  using given = viewer()
  const report = (lostShare: number) =>
    given.sender.receive(receptionReport({ ssrc: 1, media: given.sender.ssrc, lostShare, lostPackets: 0, highest: 0 }))
  for (; nowMs < 19_000; nowMs += 1000) report(0.6)
  report(0.1)
  for (; nowMs < 39_000; nowMs += 1000) report(0.6)
  deepStrictEqual(given.said, [])
  for (; nowMs < 41_000; nowMs += 1000) report(0.6)
  deepStrictEqual(new Set(given.said), new Set(['hopeless']))
})
