import { type Principal, permitted, reaches } from '../../access/principal.ts'
import type { StreamItem, StreamQuery } from '../../contract/api/stream.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Stream } from '../../store/streams.ts'
import type { LiveSource, Sources } from './sources.ts'
import { unknownStream } from './unknown.ts'

type Streaming = Pick<Sources, 'streams' | 'live'>

/** Streams that `principal` may see, by name, each as it is now. @throws SL_QUERY_INVALID */
export async function listStreams(
  { streams, live }: Streaming,
  principal: Principal,
  { site, live: isLive, search, ...request }: StreamQuery & PageRequest
): Promise<Page<StreamItem>> {
  const { items, next } = await streams.page({ permitted: permitted(principal), site, isLive, search, ...request })
  const now = live.figures()
  return { items: items.map(stream => itemOf(stream, now)), next }
}

/** @throws SL_STREAM_UNKNOWN */
export async function findStream({ streams, live }: Streaming, name: string): Promise<StreamItem> {
  const stream = await streams.byName(name)
  if (!stream) throw unknownStream(name)
  return itemOf(stream, live.figures())
}

/** Those of `names` that `principal` may see, by name, each as it is now: in one question for up to 1000. */
export async function findStreams(
  { streams, live }: Streaming,
  principal: Principal,
  names: readonly string[]
): Promise<ReadonlyMap<string, StreamItem>> {
  const seen = names.filter(name => reaches(principal.viewing, name))
  const { items } = await streams.page({ permitted: seen, limit: Math.max(1, seen.length) })
  const now = live.figures()
  return new Map(items.map(stream => [stream.name, itemOf(stream, now)]))
}

function itemOf({ name, title, site, source, createdMs }: Stream, now: ReturnType<LiveSource['figures']>): StreamItem {
  const { state = null, figures } = now.get(name) ?? {}
  return { name, title: state?.title ?? title, site, source, createdMs, state, figures: figuresOf(figures) }
}

function figuresOf(figures: NonNullable<ReturnType<ReturnType<LiveSource['figures']>['get']>>['figures']) {
  if (!figures) return null
  const { frames, events, bytes, lostPackets, failures, lostRecords } = figures
  return { frames, events, bytes, lostPackets, failures, lostRecords }
}
