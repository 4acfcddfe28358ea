import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { AccessRule } from '../access/access-rule.ts'
import { Event } from '../contract/event.ts'
import type { StateMessage } from '../contract/live.ts'
import type { DurationsByName } from '../core/durations.ts'
import { addFigure, type Figure, type Sample } from './figure.ts'
import { histogramOf } from './histogram-samples.ts'
import { type PartFigures, partFigures } from './part-figures.ts'

/** Of one stream, since its worker hosts it; numbers only grow, and begin anew with another worker. */
export interface StreamFigures {
  /** Pictures looked at in each second of the last few. */
  readonly fps: number
  /** Pictures that wait for their turn. */
  readonly waiting: number
  /** By outcome. */
  readonly frames: Readonly<Record<string, number>>
  readonly stageSeconds: DurationsByName
  /** By kind. */
  readonly events: Readonly<Record<string, number>>
  readonly bytes: number
  readonly lostPackets: number
  /** Attempts at its source that failed. */
  readonly failures: number
  /** Connections to its source, but for the stream's first. */
  readonly reconnects: number
  /** Records that could not be kept. */
  readonly lostRecords: number
}

/** What /metrics is made of. Each is asked at each look, and has to answer at once from what it knows. */
export interface MetricsSources extends PartFigures {
  readonly streams: () => ReadonlyMap<
    string,
    { readonly state: StateMessage; readonly figures: StreamFigures | undefined }
  >
}

type Readers = 'signed-in' | 'open' | 'off'

// Their labels name every stream.
const rule: AccessRule = { area: 'system', need: 'view', stream: 'all', hereToo: true }
const outcomes = new Set(['analysed', 'gated', 'skipped', 'dropped-late', 'dropped-overload', 'dropped-broken'])
const kinds = new Set<string>(Event.anyOf.map(({ properties }) => properties.kind.const))
const word = /^[a-z][a-z-]{0,31}$/
/** Streams that have series of their own. A monitor keeps each series for weeks. */
const mostStreams = 2000

/** `/metrics` in Prometheus' text format, to whom `readers` says at the moment. Labels are of small sets that are known before, and the streams' names. */
export function metricsRoutes(
  server: FastifyInstance,
  sources: MetricsSources,
  readers: () => Readers = () => 'signed-in'
): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const figure of [...streamFigures(sources), ...partFigures(sources)]) addFigure(registry, figure)
  const config = { access: rule, openWhile: () => readers() === 'open' }
  server.get('/metrics', { config }, async (_request, reply) => {
    if (readers() === 'off') return reply.callNotFound()
    reply.header('content-type', registry.contentType).header('cache-control', 'no-store')
    return registry.metrics()
  })
}

function streamFigures({ streams }: MetricsSources): Figure[] {
  const each = function* (samples: (figures: StreamFigures) => Iterable<Sample>): Generator<Sample> {
    for (const [stream, { figures }] of first(streams(), mostStreams)) {
      if (!figures) continue
      for (const sample of samples(figures)) yield { ...sample, labels: { stream, ...sample.labels } }
    }
  }
  const total = (name: string, help: string, count: (figures: StreamFigures) => number): Figure => ({
    name,
    help,
    type: 'counter',
    read: () => each(figures => [{ value: count(figures) }])
  })
  const now = (name: string, help: string, value: (figures: StreamFigures) => number): Figure => ({
    ...total(name, help, value),
    type: 'gauge'
  })
  return [
    {
      name: 'sightline_stream_up',
      help: 'Whether pictures of a stream are coming in.',
      type: 'gauge',
      *read() {
        for (const [stream, { state }] of first(streams(), mostStreams))
          yield { labels: { stream }, value: state.state === 'up' ? 1 : 0 }
      }
    },
    {
      name: 'sightline_stream_wanted',
      help: 'Whether pictures of a stream are to come in: 0 where it is paused.',
      type: 'gauge',
      *read() {
        for (const [stream, { state }] of first(streams(), mostStreams))
          yield { labels: { stream }, value: state.state === 'paused' ? 0 : 1 }
      }
    },
    {
      name: 'sightline_frames_total',
      help: 'Frames by what became of them.',
      type: 'counter',
      read: () => each(({ frames }) => byLabel('outcome', frames, outcome => outcomes.has(outcome)))
    },
    {
      name: 'sightline_stage_seconds',
      help: 'Time that a frame takes in each stage, from decoding to what is done with its results.',
      type: 'histogram',
      read: () => each(({ stageSeconds }) => stages(stageSeconds))
    },
    {
      name: 'sightline_events_total',
      help: 'Events by kind.',
      type: 'counter',
      read: () => each(({ events }) => byLabel('kind', events, kind => kinds.has(kind)))
    },
    now('sightline_stream_fps', 'Pictures looked at in a second, over the last few.', ({ fps }) => fps),
    now('sightline_queued_frames', 'Pictures that wait for their turn.', ({ waiting }) => waiting),
    total('sightline_source_bytes_total', 'Bytes of pictures that came from the source.', ({ bytes }) => bytes),
    total('sightline_source_lost_packets_total', 'Packets that the network lost.', ({ lostPackets }) => lostPackets),
    total('sightline_source_failures_total', 'Attempts at the source that failed.', ({ failures }) => failures),
    total(
      'sightline_source_reconnects_total',
      'Connections to the source, but for the first.',
      ({ reconnects }) => reconnects
    ),
    total('sightline_lost_records_total', 'Records that could not be kept.', ({ lostRecords }) => lostRecords)
  ]
}

/** What is not known beforehand is one: nobody can make series without end. */
function byLabel(
  label: string,
  values: Readonly<Record<string, number>>,
  isKnown: (name: string) => boolean
): Sample[] {
  const known = Object.entries(values).filter(([name]) => isKnown(name))
  const other = Object.entries(values).reduce((sum, [name, value]) => sum + (isKnown(name) ? 0 : value), 0)
  const samples = known.map(([name, value]) => ({ labels: { [label]: name }, value }))
  return other > 0 ? [...samples, { labels: { [label]: 'other' }, value: other }] : samples
}

function* stages(seconds: StreamFigures['stageSeconds']): Generator<Sample> {
  for (const [stage, durations] of first(Object.entries(seconds), 32))
    if (word.test(stage)) yield* histogramOf({ stage }, durations)
}

function* first<Value>(values: Iterable<Value>, most: number): Generator<Value> {
  let left = most
  for (const value of values) if (left-- > 0) yield value
}
