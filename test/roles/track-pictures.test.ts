import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { TracksMessage } from '../../src/contract/live.ts'
import type { LogRecord, TrackRecord } from '../../src/contract/record.ts'
import type { PictureOwner } from '../../src/roles/streams/picture-post.ts'
import { TrackPictures } from '../../src/roles/streams/track-pictures.ts'
import { Tracks } from '../../src/store/tracks.ts'
import { StillFrame } from '../report/still-frame.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { frameOf } from '../trajectories/stored.ts'

const box = [0.4, 0.3, 0.2, 0.4] as const
const bounds = { x: 0.4, y: 0.3, w: 0.2, h: 0.4 }
const digest = 'a'.repeat(64)
const still = (ptsMs: number) => new StillFrame(ptsMs, 160, 120, (x, y) => [(x % 4) * 60, (y % 4) * 60, 90])

function trackRecord(trackId: number, lastPtsMs = 1000, detections = 9): TrackRecord {
  const facts = { trackId, label: 'person', score: 0.9, detections, firstPtsMs: 0, lastPtsMs, snapshot: null }
  const body = { ...facts, firstBox: bounds, lastBox: bounds, bounds }
  return { type: 'track', id: `door/3/${trackId}`, stream: 'door', epoch: 3, atMs: 1_700_000_000_000, body }
}

/** Pictures of a stream with a post that answers as it is told, and the rows that came of them. */
function pictured(answer: () => Promise<string | undefined> = async () => digest) {
  const sent: PictureOwner[] = []
  const rows: LogRecord[] = []
  const post = {
    send(owner: PictureOwner) {
      sent.push(owner)
      return answer()
    }
  }
  const pictures = new TrackPictures('door', post, { add: records => void rows.push(...records) })
  pictures.begin()
  return { pictures, sent, rows }
}

const snapshots = (rows: readonly LogRecord[]) =>
  rows.map(row => (row.type === 'track' ? [row.body.trackId, row.body.snapshot] : row.type))

test('TP1 the row of a track follows when its picture is kept, and names it; others go at once', async () => {
  const { pictures, sent, rows } = pictured()
  const frame = frameOf(0, [{ id: 7, box }])
  await pictures.seen(still(0), frame)
  deepStrictEqual(snapshots(pictures.hold([trackRecord(7), trackRecord(8)])), [[8, null]])
  await pictures.close()
  deepStrictEqual([sent, snapshots(rows)], [[{ stream: 'door', epoch: 3, trackId: 7 }], [[7, digest]]])
})

test('TP2 a picture that is not kept costs the row nothing but its name', async () => {
  for (const answer of [async () => undefined, () => Promise.reject(new Error('gone'))]) {
    const { pictures, rows } = pictured(answer)
    await pictures.seen(still(0), frameOf(0, [{ id: 7, box }]))
    deepStrictEqual(pictures.hold([trackRecord(7)]), [])
    await pictures.close()
    deepStrictEqual(snapshots(rows), [[7, null]])
  }
})

test('TP3 pixels are looked at for one track at a time and five times a second at most; who has none goes first', async () => {
  const { pictures } = pictured()
  const frames = Array.from({ length: 26 }, (_, index) => still(index * 40))
  for (const [index, frame] of frames.entries()) {
    const near = 1 + index / 20
    const rows = [
      { id: 1, box: [0.2, 0.2, 0.1 * near, 0.2 * near] as const },
      { id: 2, box: [0.7, 0.2, 0.05, 0.1] as const }
    ]
    await pictures.seen(frame, frameOf(index, rows))
  }
  const crops = frames.map(frame => frame.crops)
  ok(crops.every(count => count <= 1))
  ok(crops.reduce((sum, count) => sum + count, 0) <= 6)
  // The second was seen worse all along, and has one.
  deepStrictEqual(pictures.hold([trackRecord(2)]), [])
})

test('TP4 beyond an hour’s share tracks go without, until time has passed', async () => {
  const { pictures, sent } = pictured()
  const end = async (trackId: number, ptsMs: number) => {
    await pictures.seen(still(ptsMs), frameOf(trackId, [{ id: trackId, box }], { ptsMs }))
    pictures.hold([trackRecord(trackId, ptsMs)])
    await pictures.close()
  }
  for (let id = 1; id <= 100; id++) await end(id, id * 200)
  const first = sent.length
  ok(first >= 60 && first <= 81, `${first}`)
  await end(101, 3_600_000)
  equal(sent.length, first + 1)
})

test('TP5 what was hardly seen has no picture, and neither has a frame without pixels', async () => {
  const { pictures } = pictured()
  await pictures.seen(still(0), frameOf(0, [{ id: 1, box }]))
  equal(pictures.hold([trackRecord(1, 1000, 2)]).length, 1)
  const left = Object.assign(still(400), { isLeftOut: true })
  await pictures.seen(left, frameOf(10, [{ id: 2, box }]))
  equal(left.crops, 0)
})

describe('pictures of live tracks', { timeout: 180_000 }, () => {
  let clip: string
  let folder: AsyncDisposable & { readonly path: string }
  const square = (more: Partial<StreamSettings> = {}): StreamSettings => ({ source: clip, model: 'motion', ...more })
  const isUp = ({ state }: { state: string }) => state === 'up'

  before(async () => {
    folder = await temporaryFolder()
    clip = join(folder.path, 'square.mp4')
    await makeClip(clip, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
  })
  after(() => folder[Symbol.asyncDispose]())

  const rowsOf = async (house: LiveHouse, stream: string) =>
    (await new Tracks(house.storage.database).page({ streams: [stream] })).items.filter(
      ({ detections }) => detections >= 10
    )

  /** Something in a stream was told of so often that its row counts. */
  const seenOften = async (house: LiveHouse, stream: string) => {
    const told = new Map<number, number>()
    const tracks = house.live.hub.tracks.bind(house.live.hub)
    house.live.hub.tracks = (of, text) => {
      tracks(of, text)
      if (of !== stream) return
      for (const [id] of (JSON.parse(String(text)) as TracksMessage).tracks) told.set(id, (told.get(id) ?? 0) + 1)
    }
    await house.until(stream, isUp)
    house.live.streams.watchTracks(stream, true)
    await house.eventually('a track', () => [...told.values()].some(times => times >= 15) || undefined)
  }

  test('TP6 are among the assets when the stream ends, named by the row, with a reference that retention finds', async () => {
    await using opened = new AsyncDisposableStack()
    const ended = async () => {
      const house = opened.use(await LiveHouse.open())
      await house.set({ door: square(), plain: square({ trackPictures: false }) })
      await Promise.all(['door', 'plain'].map(stream => seenOften(house, stream)))
      await house.live[Symbol.asyncDispose]()
      const [track] = await house.eventually('a row', async () => {
        const rows = await rowsOf(house, 'door')
        return rows.length > 0 ? rows : undefined
      })
      return { house, track }
    }
    let { house, track } = await ended()
    // Main that says nothing for five seconds keeps no picture: a machine may stand still for that.
    for (let tries = 1; tries < 3 && track!.snapshot === null; tries++) ({ house, track } = await ended())
    const { snapshot, trackId, epoch } = track!
    const jpeg = await buffer((await house.storage.blobs.open(snapshot!)).stream)
    equal(jpeg.readUInt16BE(0), 0xffd8)
    ok(jpeg.length < 40_000, `${jpeg.length} bytes`)
    const [reference] = await house.storage.database.sql
      .selectFrom('asset_references')
      .select(['kind', 'owner', 'stream', 'name'])
      .where('digest', '=', snapshot)
      .execute()
    const owner = `track/door/${epoch}/${trackId}`
    deepStrictEqual(reference, { kind: 'snapshot', owner, stream: 'door', name: `track-${trackId}.jpg` })
    const [without] = await house.eventually('a row', async () => {
      const rows = await rowsOf(house, 'plain')
      return rows.length > 0 ? rows : undefined
    })
    equal(without!.snapshot, null)
  })
})
