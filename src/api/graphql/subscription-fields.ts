import Type from 'typebox'
import type { Principal } from '../../access/principal.ts'
import { EventId } from '../../contract/api/event.ts'
import { closed, Kinds, Streams } from '../../contract/api/fields.ts'
import { JobId, type JobItem } from '../../contract/api/job.ts'
import { StreamName } from '../../contract/api/stream.ts'
import { Event } from '../../contract/event.ts'
import { Name } from '../../contract/geometry.ts'
import type { LiveMessage, TracksMessage } from '../../contract/live.ts'
import type { LiveReading, OpenReading } from '../../live/socket/live-reader.ts'
import type { JobWatch } from '../resources/job-watch.ts'
import { findJob, jobItemOf } from '../resources/jobs.ts'
import { unknown, unknownStream } from '../resources/unknown.ts'
import { requireReach } from '../route-access.ts'
import { type Arguments, type Asking, argumentsOf } from './asked.ts'
import { NewestOnly } from './newest-only.ts'
import { flatEvent } from './query-fields.ts'

/** Whoever follows something over a connection. */
export interface Following extends Asking {
  /** Closes the connection of who does not take what they asked for. */
  readonly closed: (code: number, reason: string) => void
  /**
   * `review` is called with what whoever asked may do now, each time that was looked up, and throws once they may not have
   * this any more; then `source` fails.
   */
  readonly keep: (source: Failing, review: (principal: Principal) => void) => void
}

/** What can be ended with a reason. */
export interface Failing {
  /** It has ended, however. */
  readonly isOver: boolean
  fail(error: Error): void
}

export interface FollowedParts {
  readonly read: OpenReading
  readonly jobs: JobWatch
}

const eventKinds: readonly string[] = Event.anyOf.map(({ properties }) => properties.kind.const)
const eventForm = argumentsOf(
  Type.Object(
    {
      stream: Streams,
      kind: Kinds,
      after: Type.Optional(Type.Array(Type.Object({ stream: Name, id: EventId }), { maxItems: 100 }))
    },
    closed
  )
)
const streamForm = argumentsOf(StreamName)
const jobForm = argumentsOf(JobId)
const ended: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled'])

/** What can be followed: from the hub of the live socket, and from the list of jobs. */
export function subscriptionFields({ read, jobs }: FollowedParts) {
  return {
    events(_: unknown, given: Arguments, { principal, keep, closed: gone }: Following) {
      const { stream: streams, kind: kinds = eventKinds, after = [] } = eventForm(given)
      const review = (now: Principal) => {
        for (const stream of streams ?? []) requireReach(now, 'view', stream, () => unknownStream(stream))
      }
      review(principal)
      const places = Object.fromEntries(after.map(({ stream, id }) => [stream, id]))
      const chosen = kinds.filter(kind => eventKinds.includes(kind))
      const reading = read({ streams, kinds: chosen, after: places, reach: principal.viewing, closed: gone })
      keep(reading, now => {
        review(now)
        reading.limit(now.viewing)
      })
      return told(reading, newsOf)
    },
    tracks(_: unknown, given: Arguments, { principal, keep, closed: gone }: Following) {
      const { stream } = streamForm(given)
      const reading = read({ streams: [stream], kinds: ['tracks'], reach: principal.viewing, closed: gone })
      keep(reading, () => undefined)
      return told(reading, message => (message.type === 'tracks' ? tracksOf(message) : undefined))
    },
    async jobProgress(_: unknown, given: Arguments, following: Following) {
      const { sources, keep } = following
      const { id } = jobForm(given)
      const job = await findJob(sources, following.principal, id)
      let leave = () => {}
      const newest = new NewestOnly<JobItem>(() => leave())
      const tell = (now: JobItem) => {
        newest.tell(now)
        if (ended.has(now.state)) newest.finish()
      }
      leave = jobs.follow(job, tell, found => jobItemOf(found, following.principal))
      if (ended.has(job.state)) leave()
      keep(newest, now => requireReach(now, 'view', job.stream, () => unknown('job', id)))
      return newest
    }
  }
}

function newsOf(message: LiveMessage): object | undefined {
  if (message.type === 'gap') return { stream: message.stream, event: null, gapAfter: message.after }
  if (message.type !== 'event') return undefined
  return { stream: message.event.stream, event: flatEvent(message), gapAfter: null }
}

function tracksOf({ labels, tracks, ...frame }: TracksMessage): object {
  const rows = tracks.map(([trackId, label, score, x, y, w, h]) => ({
    trackId,
    label: labels[label] ?? '',
    score,
    box: { x, y, w, h }
  }))
  return { ...frame, tracks: rows }
}

/** What a reading tells, as a field shows it; `undefined` is no news. Ends as soon as it is no longer wanted. */
function told(reading: LiveReading, show: (message: LiveMessage) => object | undefined): AsyncIterableIterator<object> {
  return {
    async next() {
      for (;;) {
        const { value, done } = await reading.next()
        if (done) return { value: undefined, done }
        const shown = show(value)
        if (shown) return { value: shown, done: false }
      }
    },
    return: () => reading.return(),
    [Symbol.asyncIterator]() {
      return this
    }
  }
}
