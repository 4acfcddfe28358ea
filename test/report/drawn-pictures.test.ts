import { deepStrictEqual, notDeepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DrawnPictures } from '../../src/report/drawn-pictures.ts'
import { StillFrame } from './still-frame.ts'

const frame = () => new StillFrame(0, 320, 180, () => [40, 40, 40])
const boxes = [{ box: { x: 0.25, y: 0.25, w: 0.5, h: 0.5 }, label: 'person', detail: '7', colourId: 7 }]
const whole = async (picture: { data: Buffer }) => Buffer.from(picture.data)

test('D1 a frame without anything on it is the frame', async () => {
  const drawn = await new DrawnPictures().draw(frame(), { boxes: [] }, 1000, whole)
  deepStrictEqual(drawn, (await frame().rgba()).data)
})

test('D2 boxes change the picture where they are, and nothing of the one after it', async () => {
  const pictures = new DrawnPictures()
  const [plain, drawn, after] = await Promise.all(
    [[], boxes, []].map(shown => pictures.draw(frame(), { boxes: shown }, 1000, whole))
  )
  const pixel = (data: Buffer, x: number, y: number) => [...data.subarray((y * 320 + x) * 4, (y * 320 + x) * 4 + 4)]
  notDeepStrictEqual(pixel(drawn!, 80, 90), pixel(plain!, 80, 90))
  deepStrictEqual(pixel(drawn!, 300, 170), pixel(plain!, 300, 170))
  deepStrictEqual(after, plain)
})

test('D3 a width is kept to, in the shape of the picture and with even sides', async () => {
  const size = await new DrawnPictures().draw(frame(), { boxes }, 101, async ({ width, height }) => [width, height])
  deepStrictEqual(size, [100, 56])
})
