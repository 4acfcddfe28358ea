import type { MetricsSources, StreamFigures } from '../../src/api/metrics.ts'
import { Refusals } from '../../src/api/refusals.ts'
import { RequestCounts } from '../../src/api/request-counts.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { Durations } from '../../src/core/durations.ts'

/** Figures of a server that has everything: each label with each of its values. */
export function everyFigure(): MetricsSources {
  const took = new Durations()
  took.add(0.02)
  const stages = ['decode', 'sample', 'wait', 'scale', 'detect', 'track', 'measure', 'write']
  const outcomes = ['analysed', 'gated', 'skipped', 'dropped-late', 'dropped-overload', 'dropped-broken']
  const figures: StreamFigures = {
    fps: 10,
    waiting: 1,
    frames: Object.fromEntries(outcomes.map(outcome => [outcome, 5])),
    stageSeconds: Object.fromEntries(stages.map(stage => [stage, took])),
    events: { 'line-crossed': 4 },
    bytes: 12_345,
    lostPackets: 2,
    failures: 1,
    reconnects: 1,
    lostRecords: 0
  }
  const state: StateMessage = { type: 'state', stream: 'yard', title: 'Yard', state: 'up', sinceMs: 1 }
  const requests = new RequestCounts()
  for (const status of [200, 301, 404, 503]) requests.note('GET', status, 0.01)
  const refusals = new Refusals()
  refusals.note('live', 'SL_SESSION_LIMIT')
  const sink = { name: 'store', required: true, position: 6, lagRecords: 3, lagMs: 1500 }
  const logs = {
    bytes: 20,
    deadLetters: { letters: 1, bytes: 9 },
    logs: [{ name: 'live-1', bytes: 20, sinks: [sink] }]
  }
  const live = {
    clients: 1,
    slow: 0,
    behind: 0,
    queuedBytes: 0,
    ringBytes: 9,
    events: 1,
    reads: 1,
    stalled: 0,
    turnedAway: 0
  }
  return {
    streams: () => new Map([['yard', { state, figures }]]),
    live: () => live as ReturnType<MetricsSources['live']>,
    frames: () => ({ senders: 1, frames: 2, dropped: 0 }) as ReturnType<MetricsSources['frames']>,
    refusals,
    sessions: () => ({ whep: 1, whip: 0 }),
    views: () => ({ videoViewers: 0, pictureViewers: 0, pictureKinds: 0, skippedUnits: 0 }),
    sockets: () => ({ live: { broken: 0 } }) as ReturnType<MetricsSources['sockets']>,
    logs: () => logs as unknown as ReturnType<MetricsSources['logs']>,
    store: () => ({ added: 5, repeated: 1, clashed: 0, refused: 0 }),
    workers: () => ({
      count: 1,
      rssBytes: 1,
      queuedRecords: 0,
      batches: { cpu: [4] },
      lostProviders: 0,
      modelSeconds: { cpu: took },
      remotes: { triton: { exchanges: { answered: took, late: took }, fallbacks: 1 } }
    }),
    disks: () => [{ places: ['log', 'store'], totalBytes: 10, freeBytes: 5 }],
    jobs: () => ({ queued: 0, running: 0 }),
    requests,
    spans: () => ({ sent: 1, failed: 0, dropped: 0 }),
    problems: () => 0
  }
}
