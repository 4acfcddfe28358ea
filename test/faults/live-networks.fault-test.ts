import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { LiveHouse } from '../support/live-house.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { busyClip, Cameras, smallClip } from './support/cameras.ts'
import { atMost, isLong } from './support/form.ts'
import { TrackTimes } from './support/track-times.ts'

// Ways to a source that are bad, each in its own way.

const forMs = atMost(6000, 120_000)
const mostAgeMs = 2000

describe('bad ways to sources', { timeout: isLong ? 900_000 : 120_000, concurrency: true }, () => {
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
    const beganMs = performance.now()
    for (const name of cameras.names) {
      const { code } = await house.until(name, ({ state }) => state === 'waiting')
      equal(code, 'SL_INPUT_TIMEOUT')
    }
    const tookMs = performance.now() - beganMs
    ok(tookMs > 9000 && tookMs < 17_000, `${tookMs} ms`)
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
    await pause(2500)
    const figures = house.live.streams.figures().get('lossy')!.figures!
    const shown = figures.frames.analysed ?? 0
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
    house.set({ lossy: { source: cameras.url('lossy'), transport: 'udp', model: 'motion' } })
    const beganMs = performance.now()
    const { state, notice } = await house.until('lossy', ({ notice: said }) => said !== undefined)
    t.diagnostic(`${state} after ${Math.round(performance.now() - beganMs)} ms: ${notice}`)
    equal(notice, 'Too much of it is lost over UDP: it comes over TCP instead.')
    ok(performance.now() - beganMs < 10_000)
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
    await times.next('narrow', { afterMs: 0, fromEpoch: 1, withinMs: 10_000 })
    const agesMs: number[] = []
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; await pause(50))
      agesMs.push(Date.now() - (baseMs! + times.last('narrow')!.ptsMs))
    agesMs.sort((a, b) => a - b)
    t.diagnostic(`age p50 ${agesMs[agesMs.length >> 1]} ms, at most ${agesMs.at(-1)} ms`)
    deepStrictEqual(house.live.streams.state('narrow')!.epoch, epoch)
    ok(agesMs.at(-1)! <= mostAgeMs, `${agesMs.at(-1)} ms`)
  })
})
