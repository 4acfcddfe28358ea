import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { TracksMessage } from '../../src/contract/live.ts'
import { clipUnits } from '../support/clip-units.ts'
import { LiveHouse } from '../support/live-house.ts'
import type { ClipOptions } from '../support/make-clip.ts'

// Sources that change in mid-stream, on the connection that they have.

const timeout = 180_000
/** Pictures that were looked at, before the change and after it. */
const enough = 25

interface Half {
  readonly clip: ClipOptions
  readonly codec: 'h264' | 'hevc'
  readonly stepMs: number
}

/** What is told of a sender that changes: the pictures that were looked at, and beginnings and ends of epochs. */
async function told([before, after]: readonly [Half, Half]) {
  await using house = await LiveHouse.open()
  const seen: Pick<TracksMessage, 'epoch' | 'ptsMs'>[] = []
  house.live.hub.tracks = (_stream, text) => void seen.push(JSON.parse(String(text)))
  house.set({ phone: { source: 'push:', model: 'motion' } })
  house.live.streams.watchTracks('phone', true)
  await house.until('phone', ({ state }) => state === 'connecting')
  {
    using session = house.live.streams.open('phone', { description: 'a test', wantKey: () => {}, end: () => {} })
    let sourceMs = 0
    for (const { clip, codec, stepMs } of [before, after]) {
      const units = await clipUnits({ frames: 20, gop: 10, ...clip }, '.mkv')
      const from = seen.length
      for (let sent = 0; seen.length < from + enough; sent++, sourceMs += stepMs) {
        const format = sent === 0 ? { codec, parameterSets: Buffer.alloc(0) } : undefined
        session.push({ ...units[sent % units.length]!, sourceMs, ...(format && { format }) })
        await pause(stepMs)
      }
    }
  }
  const ends = await house.eventually('the end', async () => {
    const all = await house.events('phone', ['stream-up', 'stream-down'])
    const last = all.at(-1)
    return last?.kind === 'stream-down' && last.epoch === seen.at(-1)!.epoch ? all : undefined
  })
  return { seen, ends }
}

const plain = { clip: { codec: 'h264', width: 160, height: 128 }, codec: 'h264', stepMs: 50 } as const

test('CS1 another frame rate is followed within the epoch: times are those of the sender', { timeout }, async () => {
  const { seen, ends } = await told([plain, { ...plain, stepMs: 20 }])
  deepStrictEqual([...new Set(seen.map(({ epoch }) => epoch))], [1])
  const steps = seen.slice(1).map(({ ptsMs }, index) => ptsMs - seen[index]!.ptsMs)
  // Where the machine was late a picture was left out, and its step belongs to the next one.
  const change = steps.findIndex(ms => ms % 50 !== 0)
  ok(change >= enough / 2, `${steps}`)
  ok(
    steps.slice(change + 1).every(ms => ms % 20 === 0),
    `${steps}`
  )
  equal(ends.length, 2)
})

for (const [rule, after] of [
  ['CS2 another size', { ...plain, clip: { codec: 'h264', width: 320, height: 240 } }],
  ['CS3 a camera that was turned on its side', { ...plain, clip: { codec: 'h264', width: 128, height: 160 } }]
] as const) {
  test(`${rule} is an epoch of its own, which says that it changed, and time goes on`, { timeout }, async () => {
    const { seen, ends } = await told([plain, after])
    deepStrictEqual([...new Set(seen.map(({ epoch }) => epoch))], [1, 2])
    deepStrictEqual(
      ends.map(({ epoch, kind }) => `${epoch} ${kind}`),
      ['1 stream-up', '1 stream-down', '2 stream-up', '2 stream-down']
    )
    match(ends[2]!.detail, /"reason":"changed"/)
    ok(seen.every(({ ptsMs }, index) => index === 0 || ptsMs > seen[index - 1]!.ptsMs))
  })
}

test('CS4 another codec is decoded from its first key frame on, within the epoch', { timeout }, async () => {
  const { seen, ends } = await told([plain, { ...plain, clip: { ...plain.clip, codec: 'h265' }, codec: 'hevc' }])
  deepStrictEqual([...new Set(seen.map(({ epoch }) => epoch))], [1])
  equal(ends.length, 2)
})

test('CS5 what is changed while nothing comes of it has come back afterwards, and not begun', { timeout }, async () => {
  await using house = await LiveHouse.open()
  const isUp = ({ state }: { readonly state: string }) => state === 'up'
  const sending = async () => {
    const units = await clipUnits({ frames: 20, gop: 10, ...plain.clip }, '.mkv')
    using session = house.live.streams.open('phone', { description: 'a test', wantKey: () => {}, end: () => {} })
    for (let sent = 0; !isUp(house.live.streams.state('phone')!); sent++) {
      const format = sent === 0 ? { codec: 'h264' as const, parameterSets: Buffer.alloc(0) } : undefined
      session.push({ ...units[sent % units.length]!, sourceMs: sent * 20, ...(format && { format }) })
      await pause(20)
    }
  }
  house.set({ phone: { source: 'push:', model: 'motion' } })
  await house.until('phone', ({ state }) => state === 'connecting')
  await sending()
  await house.until('phone', state => !isUp(state))
  house.set({ phone: { source: 'push:', model: 'motion', classes: ['moving'] } })
  await house.until('phone', ({ state }) => state === 'connecting')
  await sending()
  const [first, again] = await house.eventually('two beginnings', async () => {
    const all = await house.events('phone', ['stream-up'])
    return all.length === 2 ? all : undefined
  })
  match(first!.detail, /"reason":"started"/)
  match(again!.detail, /"reason":"returned"/)
})
