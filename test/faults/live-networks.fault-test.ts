import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LiveHouse } from '../support/live-house.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { agesOf } from './support/ages.ts'
import { busyClip, Cameras, smallClip } from './support/cameras.ts'
import { atMost } from './support/form.ts'
import { TrackTimes } from './support/track-times.ts'

// Ways to a source that are bad, each in its own way.

const forMs = atMost(6000, 120_000)
const mostAgeMs = 2000

describe('bad ways to sources', { timeout: 900_000, concurrency: true }, () => {
  test('LN1 a server that says nothing, and one that sends nothing, are given up after 10 s and tried again', async () => {
    await using folder = await temporaryFolder()
    const clip = await smallClip(folder.path)
    const own = { clips: [clip], fps: 10 }
    await using cameras = await Cameras.start({
      silent: { ...own, fault: 'silent' },
      mute: { ...own, fault: 'mute' }
    })
    await using house = await LiveHouse.open()
    house.set(Object.fromEntries(cameras.names.map(name => [name, { source: cameras.url(name), model: 'motion' }])))
    const isDue = (ms: number) => ms > 9000 && ms < 17_000
    const givenUp = async (name: string) => {
      await house.until(name, ({ state }) => state === 'connecting')
      const beganMs = performance.now()
      const { code } = await house.until(name, ({ state }) => state === 'waiting')
      equal(code, 'SL_INPUT_TIMEOUT')
      return performance.now() - beganMs
    }
    for (const tookMs of await Promise.all(cameras.names.map(name => measuredAgain(() => givenUp(name), isDue))))
      ok(isDue(tookMs.at(-1)!), `${tookMs} ms`)
    for (const name of cameras.names) await house.until(name, ({ state }) => state === 'connecting')
  })

  test('LN2 with 5 % of the datagrams lost, a stream stays up and shows most of its pictures', async t => {
    await using folder = await temporaryFolder()
    const clip = await smallClip(folder.path)
    await using cameras = await Cameras.start({ lossy: { clips: [clip], fps: 10, loss: 0.05 } })
    await using house = await LiveHouse.open()
    house.set({ lossy: { source: cameras.url('lossy'), transport: 'udp', model: 'motion' } })
    await house.until('lossy', ({ state }) => state === 'up')
    await pause(forMs)
    cameras.hold()
    const { lossy: sent } = await cameras.counts()
    const figuresNow = () => house.live.streams.figures().get('lossy')!.figures!
    const shownNow = () => figuresNow().frames.analysed ?? 0
    // Told once a second: two looks that agree have seen the last.
    for (let before = -1; before !== shownNow(); await pause(2500)) before = shownNow()
    const [figures, shown] = [figuresNow(), shownNow()]
    t.diagnostic(`${sent} pictures sent, ${JSON.stringify(figures.frames)}, ${figures.lostPackets} packets lost`)
    equal(sent!.length, 1)
    equal(house.live.streams.state('lossy')!.epoch, 1)
    ok(figures.lostPackets > 0)
    ok(shown > 0.5 * sent![0]!, `${shown} of ${sent}`)
  })

  test('LN4 with 5 % of the datagrams of large key frames lost, a stream comes over TCP within 10 s, and says so', async t => {
    await using folder = await temporaryFolder()
    const clip = await busyClip(folder.path)
    await using cameras = await Cameras.start({ lossy: { clips: [clip], fps: 10, loss: 0.05 } })
    await using house = await LiveHouse.open()
    const turnedAfter = async () => {
      await house.set({})
      house.set({ lossy: { source: cameras.url('lossy'), transport: 'udp', model: 'motion' } })
      const beganMs = performance.now()
      const { state, notice } = await house.until('lossy', ({ notice: said }) => said !== undefined)
      const tookMs = Math.round(performance.now() - beganMs)
      t.diagnostic(`${state} after ${tookMs} ms: ${notice}`)
      equal(notice, 'Too much of it is lost over UDP: it comes over TCP instead.')
      return tookMs
    }
    const tookMs = await measuredAgain(turnedAfter, ms => ms < 10_000)
    ok(tookMs.at(-1)! < 10_000, `${tookMs} ms`)
    const shown = () => house.live.streams.figures().get('lossy')!.figures?.frames.analysed ?? 0
    const before = shown()
    while (shown() < before + 20) await pause(100)
  })

  test('LN3 over 128 kbit/s, the newest picture is no older than 2 s', async t => {
    await using folder = await temporaryFolder()
    const clip = await smallClip(folder.path)
    await using cameras = await Cameras.start({
      narrow: { clips: [clip], fps: 10, bytesPerSecond: 16_000 }
    })
    await using house = await LiveHouse.open()
    house.set({ narrow: { source: cameras.url('narrow'), model: 'motion' } })
    const times = new TrackTimes(house, ['narrow'])
    const { baseMs, epoch } = await house.until('narrow', ({ state }) => state === 'up')
    await times.next('narrow', { afterMs: 0, fromEpoch: 1, withinMs: 60_000 })
    const look = () => agesOf(() => baseMs! + times.last('narrow')!.ptsMs, forMs)
    const stretches = await measuredAgain(look, ({ mostMs }) => mostMs <= mostAgeMs)
    t.diagnostic(`age ${JSON.stringify(stretches)}`)
    deepStrictEqual(house.live.streams.state('narrow')!.epoch, epoch)
    ok(stretches.at(-1)!.mostMs <= mostAgeMs, JSON.stringify(stretches))
  })
})
