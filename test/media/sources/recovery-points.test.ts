import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { AV_CODEC_ID_H264 } from 'node-av/constants'
import { freshStartOf } from '../../../src/media/fresh-start.ts'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { nalUnits } from '../../../src/media/nal-units.ts'
import { noPatience } from '../../../src/media/sources/rtsp/packet-order.ts'
import { RtpReceiver } from '../../../src/media/sources/rtsp/rtp-receiver.ts'
import type { AccessUnit, SourceFormat } from '../../../src/media/sources/source.ts'
import { clipUnits } from '../../support/clip-units.ts'
import { packetiseNal, rtpPacket } from '../../support/packetise.ts'

// Cameras that send an IDR picture when somebody connects at most, and parameter sets in their description alone.

const pictures = 40
const startsFresh = freshStartOf(AV_CODEC_ID_H264, null)!

/** What comes of an encoded clip over RTP from its unit `from` on. */
async function received(parameters: string, bFrames: number, from: number) {
  const clip = await clipUnits({
    ...{ codec: 'h264', width: 96, height: 64, frames: pictures, gop: 10, bFrames },
    encoderOptions: { 'x264-params': parameters }
  })
  const isSet = (unit: Buffer) => [7, 8].includes(unit[0]! & 31)
  const sets = nalUnits(clip[0]!.data).filter(isSet)
  const parameterSets = Buffer.concat(sets.flatMap(set => [Buffer.from([0, 0, 0, 1]), set]))
  const units: AccessUnit[] = []
  const parts = { payloadType: 96, clockRate: 90_000, control: '', session: '', parameterSets }
  const receiver = new RtpReceiver({ codec: 'h264', ...parts }, noPatience, unit => units.push(unit))
  let number = 0
  for (const [at, { data }] of clip.slice(from).entries()) {
    const bare = nalUnits(data).filter(unit => !isSet(unit))
    for (const payload of packetiseNal('h264', bare))
      receiver.rtp(rtpPacket(payload, { number: number++, timestamp: at * 3600 }))
  }
  return { format: receiver.format, units }
}

/** The last picture's pixels as a checksum, and how many there were. */
async function decoded({ format, units }: { format: SourceFormat; units: readonly AccessUnit[] }) {
  await using decoder = new LiveDecoder(format)
  const sums: string[] = []
  const take = async (out: Awaited<ReturnType<typeof decoder.flush>>) => {
    for (const { frame } of out) {
      using _ = frame
      sums.push(
        createHash('sha1')
          .update((await frame.rgba()).data)
          .digest('hex')
      )
    }
  }
  for (const unit of units) await take(await decoder.decode(unit))
  await take(await decoder.flush())
  return { count: sums.length, last: sums.at(-1) }
}

for (const { rule, parameters, bFrames } of [
  { rule: 'X11 a camera that renews its picture bit by bit', parameters: 'intra-refresh=1:scenecut=0', bFrames: 0 },
  { rule: 'X12 a camera with open groups', parameters: 'open-gop=1:scenecut=0', bFrames: 2 }
]) {
  test(`${rule} comes up at a recovery point, as if nothing had been missed`, async () => {
    const whole = await decoded(await received(parameters, bFrames, 0))
    strictEqual(whole.count, pictures)
    const late = await received(parameters, bFrames, 3)
    const keys = late.units.filter(({ isKey }) => isKey)
    deepStrictEqual(
      keys.map(({ data }) => startsFresh(data)),
      [false, false, false]
    )
    const { count, last } = await decoded(late)
    ok(count >= 10, `${count} pictures`)
    strictEqual(last, whole.last)
  })
}
