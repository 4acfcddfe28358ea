import { deepStrictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ReceivedPicture, VideoReceiver } from '../../../src/live/webrtc/video-receiver.ts'
import { rtpPacket } from '../../support/packetise.ts'

/** What a receiver does with packets of one picture each, the first a key frame, while time passes as it is told. */
function receiving(t: TestContext) {
  let ms = 0
  t.mock.method(performance, 'now', () => ms)
  t.mock.timers.enable({ apis: ['setInterval'] })
  const shown: number[] = []
  let isKeyWanted = false
  const receiver = new VideoReceiver('h264', 96, undefined, {
    picture: ({ rtpTimestamp }: ReceivedPicture) => shown.push(rtpTimestamp / 3600),
    send: packet => {
      isKeyWanted ||= packet[1] === 206
    },
    goodbye: () => undefined
  })
  receiver.start()
  t.after(() => receiver.close())
  return {
    shown,
    isKeyWanted: () => isKeyWanted,
    takes(...numbers: readonly number[]) {
      for (const number of numbers) {
        const payload = Buffer.of(number === 1 ? 0x65 : 0x41, 0x88, 1, 1)
        receiver.rtp(rtpPacket({ payload, marker: true }, { number, timestamp: 3600 * number }))
      }
    },
    /** Time in which it does all that is due. */
    works(forMs: number) {
      for (const untilMs = ms + forMs; ms < untilMs; ) {
        ms += 20
        t.mock.timers.tick(20)
      }
    },
    stands(forMs: number) {
      ms += forMs
    }
  }
}

test('VR1 a packet that does not come again in a fifth of a second is given up, and a key frame is asked for', t => {
  const { takes, works, shown, isKeyWanted } = receiving(t)
  takes(1, 3)
  works(180)
  takes(4)
  deepStrictEqual([shown, isKeyWanted()], [[1], false])
  works(60)
  takes(5)
  deepStrictEqual([shown, isKeyWanted()], [[1], true])
})

test('VR2 nothing is given up for a time in which we read nothing', t => {
  const { takes, stands, shown, isKeyWanted } = receiving(t)
  takes(1, 3)
  stands(1000)
  takes(4, 2)
  deepStrictEqual([shown, isKeyWanted()], [[1, 2, 3, 4], false])
})
