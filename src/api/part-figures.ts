import type { DurationsByName } from '../core/durations.ts'
import type { LogFeeder } from '../events/log-feeder.ts'
import type { FrameDoor } from '../live/socket/frame-door.ts'
import type { LiveHub } from '../live/socket/hub.ts'
import type { StreamViewsCounters } from '../live/views/stream-views.ts'
import type { StoreSink } from '../store/log-sink.ts'
import type { RemoteFigures } from '../vision/remote/remote-tally.ts'
import type { Figure, Sample } from './figure.ts'
import { histogramOf } from './histogram-samples.ts'
import type { Refusals } from './refusals.ts'
import type { RequestCounts } from './request-counts.ts'
import type { WebSocketCounts } from './web-sockets.ts'

/** The workers of live streams together. */
export interface WorkersFigures {
  readonly count: number
  readonly rssBytes: number
  /** Records that wait for the disk. */
  readonly queuedRecords: number
  /** Runs of models by what ran them, then by how many frames went through at once: those of one at index 0. */
  readonly batches: Readonly<Record<string, readonly number[]>>
  /** How long these took, by what ran them. */
  readonly modelSeconds: DurationsByName
  /** What models on servers did, by name. */
  readonly remotes: RemoteFigures
  /** How often what ran a model failed and the processor went on. */
  readonly lostProviders: number
}

/** A disk that something of ours lies on. */
export interface DiskFigures {
  /** `log`, `store`, `media`. */
  readonly places: readonly string[]
  readonly totalBytes: number
  readonly freeBytes: number
}

/** What the parts of main count. Undefined for one that is not open yet. */
export interface PartFigures {
  readonly live: () => ReturnType<LiveHub['snapshot']> | undefined
  readonly frames: () => FrameDoor['counts'] | undefined
  readonly refusals: Refusals
  /** Who watches and sends now, by way. */
  readonly sessions: () => Readonly<Record<'whep' | 'whip', number>>
  readonly views: () => StreamViewsCounters
  readonly sockets: () => Readonly<Record<string, WebSocketCounts>>
  readonly logs: () => ReturnType<LogFeeder['snapshot']> | undefined
  readonly store: () => ReturnType<StoreSink['snapshot']> | undefined
  readonly workers: () => WorkersFigures
  readonly disks: () => readonly DiskFigures[]
  /** Jobs by state. */
  readonly jobs: () => Readonly<Record<string, number>> | undefined
  /** Undefined where requests are not counted. */
  readonly requests: RequestCounts | undefined
  /** Steps of traces by what became of them; undefined where there are no traces. */
  readonly spans: () => { readonly sent: number; readonly failed: number; readonly dropped: number } | undefined
  /** How many problems `/readyz` names. */
  readonly problems: () => number
}

export function partFigures({
  live,
  frames,
  refusals,
  sessions,
  views,
  sockets,
  logs,
  store,
  workers,
  disks,
  jobs,
  requests,
  spans,
  problems
}: PartFigures): Figure[] {
  return [
    one('gauge', 'sightline_problems', 'What /readyz names.', problems),
    one('gauge', 'sightline_live_clients', 'Connections to the live socket.', () => live()?.clients),
    one('gauge', 'sightline_live_slow_clients', 'Those that do not take what they get at once.', () => live()?.slow),
    one('gauge', 'sightline_live_behind_clients', 'Those that read past events.', () => live()?.behind),
    one('gauge', 'sightline_live_queued_bytes', 'What waits for slow clients.', () => live()?.queuedBytes),
    one('gauge', 'sightline_live_ring_bytes', 'Events kept for clients that come back.', () => live()?.ringBytes),
    one('counter', 'sightline_live_events_total', 'Events told to clients.', () => live()?.events),
    one(
      'counter',
      'sightline_live_history_reads_total',
      'Questions to the store for past events.',
      () => live()?.reads
    ),
    one('counter', 'sightline_live_stalled_total', 'Clients closed because they took nothing.', () => live()?.stalled),
    one('counter', 'sightline_live_turned_away_total', 'Clients beyond the most.', () => live()?.turnedAway),
    one('gauge', 'sightline_push_senders', 'Who sends pictures to /ws.', () => frames()?.senders),
    one('counter', 'sightline_push_frames_total', 'Pictures that were taken.', () => frames()?.frames),
    one('counter', 'sightline_push_dropped_total', 'Pictures that newer ones overtook.', () => frames()?.dropped),
    refusals.figure,
    {
      name: 'sightline_sessions',
      help: 'Who watches and sends now, by the way it comes.',
      type: 'gauge',
      read: () => {
        const { videoViewers: video, pictureViewers: mjpeg } = views()
        return Object.entries({ ...sessions(), video, mjpeg }).map(([door, value]) => ({ labels: { door }, value }))
      }
    },
    one(
      'gauge',
      'sightline_picture_kinds',
      'Streams of pictures that are made for viewers.',
      () => views().pictureKinds
    ),
    one(
      'counter',
      'sightline_skipped_units_total',
      'Pictures that viewers of fragments did not get because they were slow.',
      () => views().skippedUnits
    ),
    {
      name: 'sightline_sockets_broken_total',
      help: 'Connections ended by a message too large, in too many pieces or against the protocol.',
      type: 'counter',
      read: () => Object.entries(sockets()).map(([socket, { broken }]) => ({ labels: { socket }, value: broken }))
    },
    {
      name: 'sightline_batch_size',
      help: 'Frames that went through a model at once, by what ran it.',
      type: 'histogram',
      *read() {
        for (const [provider, runs] of Object.entries(workers().batches)) yield* batchSizes(provider, runs)
      }
    },
    {
      name: 'sightline_model_seconds',
      help: 'Time that a model takes for what goes through it at once, by what runs it.',
      type: 'histogram',
      *read() {
        for (const [provider, runs] of Object.entries(workers().modelSeconds)) yield* histogramOf({ provider }, runs)
      }
    },
    one(
      'counter',
      'sightline_lost_providers_total',
      'Times that what ran a model failed and the processor went on.',
      () => workers().lostProviders
    ),
    {
      name: 'sightline_remote_seconds',
      help: 'Time that each attempt at a model on a server took, by what became of it.',
      type: 'histogram',
      *read() {
        for (const [model, { exchanges }] of Object.entries(workers().remotes))
          for (const [outcome, took] of Object.entries(exchanges)) yield* histogramOf({ model, outcome }, took)
      }
    },
    {
      name: 'sightline_remote_fallbacks_total',
      help: 'Frames that a local model looked at because the server had not.',
      type: 'counter',
      read: () =>
        Object.entries(workers().remotes).map(([model, { fallbacks }]) => ({ labels: { model }, value: fallbacks }))
    },
    one('gauge', 'sightline_workers', 'Processes that host live streams.', () => workers().count),
    one('gauge', 'sightline_workers_resident_bytes', 'Memory that these take.', () => workers().rssBytes),
    one('gauge', 'sightline_queued_records', 'Records that wait for the disk of a log.', () => workers().queuedRecords),
    {
      name: 'sightline_jobs',
      help: 'Jobs by state.',
      type: 'gauge',
      read: () => Object.entries(jobs() ?? {}).map(([state, value]) => ({ labels: { state }, value }))
    },
    ...(requests ? [requests.figure] : []),
    {
      name: 'sightline_spans_total',
      help: 'Steps of traces by what became of them.',
      type: 'counter',
      read: () => Object.entries(spans() ?? {}).map(([outcome, value]) => ({ labels: { outcome }, value }))
    },
    onDisks('sightline_disk_size_bytes', 'Size of the disk that something of ours lies on.', disks, 'totalBytes'),
    onDisks('sightline_disk_free_bytes', 'What is free on it for this program.', disks, 'freeBytes'),
    one('gauge', 'sightline_dead_letters', 'Records that a sink refused for good.', () => logs()?.deadLetters.letters),
    one('gauge', 'sightline_log_bytes', 'What the logs take on the disk.', () => logs()?.bytes),
    {
      name: 'sightline_log_lag_records',
      help: 'Records that a sink has yet to take, of all logs.',
      type: 'gauge',
      read: () => bySink(logs(), (sum, { lagRecords }) => sum + lagRecords)
    },
    {
      name: 'sightline_log_lag_seconds',
      help: 'For how long a sink has been behind the log that it is most behind.',
      type: 'gauge',
      read: () => bySink(logs(), (most, { lagMs }) => Math.max(most, lagMs / 1000))
    },
    {
      name: 'sightline_store_records_total',
      help: 'Records handed to the store, by what became of them.',
      type: 'counter',
      read: () => Object.entries(store() ?? {}).map(([outcome, value]) => ({ labels: { outcome }, value }))
    }
  ]
}

function one(type: Figure['type'], name: string, help: string, value: () => number | undefined): Figure {
  return {
    name,
    help,
    type,
    *read() {
      const known = value()
      if (known !== undefined) yield { value: known }
    }
  }
}

/** By what lies on it: one disk may have all. */
function onDisks(name: string, help: string, disks: PartFigures['disks'], bytes: 'totalBytes' | 'freeBytes'): Figure {
  const read = () =>
    disks().map(({ places, ...disk }) => ({ labels: { places: [...places].sort().join(',') }, value: disk[bytes] }))
  return { name, help, type: 'gauge', read }
}

/** Upper ends of the buckets: the sizes that graphics cards are given. */
const batchBuckets = [1, 2, 4, 8, 16, 32]

function* batchSizes(provider: string, runs: readonly number[]): Generator<Sample> {
  const upTo = (size: number) => runs.slice(0, size).reduce((sum, count) => sum + count, 0)
  const bucket = (le: string, value: number) => ({ labels: { provider, le }, value, suffix: '_bucket' })
  for (const size of batchBuckets) yield bucket(String(size), upTo(size))
  const count = upTo(runs.length)
  yield bucket('+Inf', count)
  const sum = runs.reduce((total, times, at) => total + times * (at + 1), 0)
  yield { labels: { provider }, value: sum, suffix: '_sum' }
  yield { labels: { provider }, value: count, suffix: '_count' }
}

type Snapshot = ReturnType<LogFeeder['snapshot']>
type SinkFigures = Snapshot['logs'][number]['sinks'][number]

function bySink(logs: Snapshot | undefined, add: (value: number, sink: SinkFigures) => number): Sample[] {
  const values = new Map<string, number>()
  for (const sink of (logs?.logs ?? []).flatMap(({ sinks }) => sinks))
    values.set(sink.name, add(values.get(sink.name) ?? 0, sink))
  return [...values].map(([sink, value]) => ({ labels: { sink }, value }))
}
