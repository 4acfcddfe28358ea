import { deepStrictEqual, notDeepStrictEqual, strictEqual } from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { LeftOutFrame } from '../../src/media/left-out-frame.ts'
import { type Packet, PacketChannel } from '../../src/roles/streams/packet-channel.ts'
import { PictureRequests } from '../../src/roles/streams/picture-requests.ts'
import { StillFrame } from '../report/still-frame.ts'
import { frameOf } from '../trajectories/stored.ts'

const [width, height] = [320, 180]

/** Red, green and blue of the middle of the box's left edge, and of a place far from it. */
async function looked(jpeg: Buffer) {
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(await loadImage(jpeg), 0, 0)
  const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)]
  return { edge: at(80, 90), elsewhere: at(310, 170) }
}

test('PR1 whoever asks for boxes gets the picture with them, and whoever does not without, of the same frame', async () => {
  const answers: { readonly packet: Packet; readonly jpeg: Buffer }[] = []
  const wire = new PassThrough()
  const channel = new PacketChannel(wire, (packet, jpeg) => answers.push({ packet, jpeg: Buffer.from(jpeg) }))
  const requests = new PictureRequests(channel, 'door')
  requests.ask({ id: 1, boxes: false, maxWidth: undefined })
  requests.ask({ id: 2, boxes: true, maxWidth: undefined })
  const still = new StillFrame(40, width, height, () => [40, 40, 40])
  await requests.seen(3, still, frameOf(40, [{ id: 7, box: [0.25, 0.25, 0.5, 0.5] }]))
  while (answers.length < 2) await new Promise(setImmediate)
  deepStrictEqual(
    answers.map(({ packet }) => [packet.id, packet.epoch, packet.ptsMs, packet.width, packet.height]),
    [1, 2].map(id => [id, 3, 40, width, height])
  )
  const [plain, boxed] = await Promise.all(answers.map(({ jpeg }) => looked(jpeg)))
  notDeepStrictEqual(boxed!.edge, plain!.edge)
  deepStrictEqual(boxed!.elsewhere, plain!.elsewhere)
})

test('PR2 a frame that was left out has no picture: whoever asks gets that of the next', async () => {
  const answers: unknown[] = []
  const channel = new PacketChannel(new PassThrough(), ({ ptsMs }) => answers.push(ptsMs))
  const requests = new PictureRequests(channel, 'door')
  requests.ask({ id: 1, boxes: false, maxWidth: undefined })
  await requests.seen(3, new LeftOutFrame(1, 40, { width, height }), frameOf(40, []))
  strictEqual(requests.areAsked, true)
  await requests.seen(3, new StillFrame(80, width, height, () => [40, 40, 40]), frameOf(80, []))
  while (answers.length === 0) await new Promise(setImmediate)
  deepStrictEqual(answers, [80])
})
