import Type from 'typebox'
import { Name } from '../geometry.ts'
import { jobStates, Job as StoredJob } from '../job.ts'
import { closed, Key, Streams, Title } from './fields.ts'

export const JobId = Type.Object({ id: Type.String({ pattern: '^[a-z2-9]{12}$' }) }, closed)

export const JobQuery = Type.Object(
  {
    stream: Streams,
    state: Type.Optional(Type.Array(Type.Enum(jobStates), { maxItems: jobStates.length })),
    kind: Type.Optional(Type.String({ pattern: '^[a-z][a-z-]{0,63}$' }))
  },
  closed
)
export type JobQuery = Type.Static<typeof JobQuery>

const { input: _, options: __, ...shown } = StoredJob.properties

/** A piece of work, as those see it who may see its stream. */
export const JobItem = Type.Object(
  {
    ...shown,
    /** What it is about, for people. */
    title: Type.String()
  },
  { ...closed, title: 'Job' }
)
export type JobItem = Type.Static<typeof JobItem>

const share = Type.Number({ minimum: 0, maximum: 1 })

/** An analysis that is to be done. Either `recording` or `upload` says of what. */
export const NewJob = Type.Object(
  {
    recording: Type.Optional(Key),
    upload: Type.Optional(Key),
    /** What people will call it; the file's name unless said. */
    title: Type.Optional(Title),
    /** Keeps the results with this stream, as its next epoch; a stream of its own unless said. */
    stream: Type.Optional(Name),
    /** Higher is done first. */
    priority: Type.Optional(Type.Integer({ minimum: -1000, maximum: 1000 })),
    annotate: Type.Optional(Type.Boolean({ description: 'Also a video with boxes and counts in it.' })),
    /** What part of it: seconds from its begin. */
    fromSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
    toSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
    minScore: Type.Optional(share),
    /** Fields of `analysis` in the settings file, which say how. */
    settings: Type.Optional(Type.Record(Type.String(), Type.Unknown()))
  },
  { ...closed, title: 'NewJob' }
)
export type NewJob = Type.Static<typeof NewJob>
