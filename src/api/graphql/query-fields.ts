import Type, { type Static, type TObject } from 'typebox'
import type { Principal } from '../../access/principal.ts'
import { EventCountQuery, EventId, EventQuery, type StoredEvent } from '../../contract/api/event.ts'
import { closed } from '../../contract/api/fields.ts'
import { JobId, JobQuery } from '../../contract/api/job.ts'
import { pageFields } from '../../contract/api/list.ts'
import { MeasureQuery, SampleQuery } from '../../contract/api/measure.ts'
import { ModelName } from '../../contract/api/model.ts'
import { ById, NewestQuery } from '../../contract/api/recording.ts'
import { StreamName, StreamQuery } from '../../contract/api/stream.ts'
import { TrackPlace, TrackQuery } from '../../contract/api/track.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { countEvents, findEvent, listEvents } from '../resources/events.ts'
import { findJob, listJobs } from '../resources/jobs.ts'
import { listMeasures, listSamples } from '../resources/measures.ts'
import { findModel } from '../resources/models.ts'
import { findClip, findRecording, listClips, listRecordings } from '../resources/recordings.ts'
import { findReport, listReports } from '../resources/reports.ts'
import { listSettings } from '../resources/settings.ts'
import { findSite, listSites } from '../resources/sites.ts'
import type { Sources } from '../resources/sources.ts'
import { findStream, listStreams } from '../resources/streams.ts'
import { findTrack, listTracks } from '../resources/tracks.ts'
import { findUser, listUsers } from '../resources/users.ts'
import { type Arguments, type Asking, argumentsOf } from './asked.ts'
import { longestPage } from './document-cost.ts'

type Field = (_: unknown, given: Arguments, asking: Asking) => unknown
type Ask<Query, Answer> = (sources: Sources, principal: Principal, query: Query) => Promise<Answer>

const none = Type.Object({}, closed)

/** What can be asked: the same functions answer as for `/api/v1`. */
export const queryFields: Readonly<Record<string, Field>> = {
  sites: list(none, listSites),
  site: one(ById, (sources, principal, { id }) => findSite(sources, principal, id)),
  streams: list(StreamQuery, listStreams),
  stream: one(StreamName, (sources, _, { stream }) => findStream(sources, stream)),
  recordings: list(NewestQuery, listRecordings),
  recording: one(ById, (sources, principal, { id }) => findRecording(sources, principal, id)),
  reports: list(NewestQuery, listReports),
  report: one(ById, (sources, principal, { id }) => findReport(sources, principal, id)),
  clips: list(NewestQuery, listClips),
  clip: one(ById, (sources, principal, { id }) => findClip(sources, principal, id)),
  events: list(EventQuery, async (sources, principal, query) => {
    const { items, next } = await listEvents(sources, principal, query)
    return { items: items.map(flatEvent), next }
  }),
  event: one(Type.Object({ id: EventId }, closed), async (sources, principal, { id }) =>
    flatEvent(await findEvent(sources, principal, id))
  ),
  eventCounts: one(EventCountQuery, countEvents),
  tracks: list(TrackQuery, listTracks),
  track: one(TrackPlace, findTrack),
  measures: one(MeasureQuery, listMeasures),
  measureSamples: one(SampleQuery, listSamples),
  jobs: list(JobQuery, listJobs),
  job: one(JobId, (sources, principal, { id }) => findJob(sources, principal, id)),
  models: one(none, sources => sources.models()),
  model: one(ModelName, (sources, _, { name }) => findModel(sources, name)),
  users: list(none, (sources, _, request) => listUsers(sources, request)),
  user: one(ById, (sources, _, { id }) => findUser(sources, id)),
  settings: one(none, async sources => listSettings(sources)),
  system: one(none, sources => sources.system())
}

/** An event as fields show it. */
export function flatEvent({ atMs, event }: StoredEvent): object {
  const { id, kind, stream, epoch, frame, ptsMs } = event
  const { trackId = null, label = null } = event as { readonly trackId?: number; readonly label?: string }
  return { atMs, id, kind, stream, epoch, frame, ptsMs, trackId, label, event }
}

function one<Form extends TObject, Answer>(form: Form, ask: Ask<Static<Form>, Answer>): Field {
  const read = argumentsOf(form)
  return (_, given, { sources, principal }) => ask(sources, principal, read(given))
}

function list<Form extends TObject, Item>(form: Form, ask: Ask<Static<Form> & PageRequest, Page<Item>>): Field {
  const read = argumentsOf(Type.Object({ ...form.properties, ...pageFields }, closed))
  return (_, given, { sources, principal }) => {
    const query = read(given) as Static<Form> & PageRequest
    return ask(sources, principal, { ...query, limit: Math.min(query.limit ?? 100, longestPage) })
  }
}
