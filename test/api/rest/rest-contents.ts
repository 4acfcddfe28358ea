import type { Assets } from '../../../src/store/assets.ts'
import { Clips } from '../../../src/store/clips.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { Jobs } from '../../../src/store/jobs.ts'
import { keepRecording } from '../../../src/store/jobs-results.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { SiteLooks } from '../../../src/store/site-looks.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { batch, crossing, look, startMs, track } from '../../store/records.ts'
import { keep, walks } from '../../store/suites/stored-walks.ts'

/** What there is of one stream, by where it is asked for. */
export interface StreamContents {
  readonly stream: string
  readonly eventId: string
  readonly recordingId: string
  readonly clipId: string
  readonly jobId: string
  readonly siteId: string
}

export const video = Buffer.from('not really a video, but bytes that have places')
export const framesFromMs = startMs

/** Puts one of each resource into the store, of a stream of that name. */
export async function fill(
  { database, assets }: { readonly database: StoreDatabase; readonly assets: Assets },
  stream: string
): Promise<StreamContents> {
  const siteId = `site-${stream}`
  await new Sites(database).create({ id: siteId, title: `Site of ${stream}`, timeZone: 'Europe/Berlin', createdMs: 1 })
  const settings = {}
  const source = `rtsp://camera.example/${stream}`
  await new Streams(database).create({ name: stream, title: stream, site: siteId, source, settings, createdMs: 1 })
  const event = crossing({ stream })
  await new StoreSink(database).take(batch([event, track({ stream })], { log: `log-of-${stream}` }))
  const looks = [1, 2, 3].map(each => look({ stream, track: each, afterMs: each * 9000 }))
  await new StoreSink(database).take(batch(looks, { log: `looks-of-${stream}` }))
  const whose = ['ada', 'ada', 'bob'].map(name => `${name}-${stream}`)
  await new SiteLooks(database).place(9, fresh => fresh.map(({ trackId }) => whose[trackId - 1]), startMs)
  await keep(database, walks({ seed: 1, frames: 60 }), { stream, epoch: 1, baseMs: framesFromMs })
  const { job } = await new Jobs(database).add({
    kind: 'analysis',
    input: `/srv/secret/${stream}.mp4`,
    options: { title: stream },
    stream,
    ownStream: false
  })
  const own = { stream, epoch: 1, asset: '' }
  const kept = await assets.keep(
    video,
    { kind: 'upload', owner: `job/${job.id}`, name: 'v.mp4' },
    { contentType: 'video/mp4' }
  )
  const report = Buffer.from('{}')
  await assets.keep(
    report,
    { kind: 'report', owner: `job/${job.id}`, name: 'paths.json', stream },
    { contentType: 'application/json' }
  )
  await keepRecording(database, {
    ...own,
    id: job.id,
    title: `Match at ${stream}`,
    asset: kept.digest,
    started_ms: startMs,
    duration_ms: 6000,
    facts: '{}',
    created_ms: startMs
  })
  const clipId = `clip-${stream}`
  const clip = { id: clipId, ...own, asset: kept.digest, fromMs: startMs, toMs: startMs + 1000 }
  await new Clips(database).create({ ...clip, eventId: event.id, createdMs: startMs })
  return { stream, eventId: event.id, recordingId: job.id, clipId, jobId: job.id, siteId }
}
