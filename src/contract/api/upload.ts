import Type from 'typebox'
import { closed, Digest, WallMs } from './fields.ts'

export const uploadStates = ['receiving', 'checking', 'ready', 'refused'] as const

/** A file that somebody sends, from its first byte until it is a job's. */
export const UploadItem = Type.Object(
  {
    id: Type.String(),
    /** As the sender called it: text, never a path. */
    name: Type.String(),
    /** `receiving`: more is to come. `checking`: all is there and looked at. `refused`: `error` says why; nothing is kept. */
    state: Type.Enum(uploadStates),
    /** What is here by now. */
    bytes: Type.Integer({ minimum: 0 }),
    /** Null while the sender has not said. */
    totalBytes: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    digest: Type.Union([Digest, Type.Null()]),
    /** What analyses it, once it is ready. */
    job: Type.Union([Type.String(), Type.Null()]),
    error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }, closed), Type.Null()]),
    createdMs: WallMs,
    /** What is not complete by then is thrown away; null for what is. */
    expiresMs: Type.Union([WallMs, Type.Null()])
  },
  { ...closed, title: 'Upload' }
)
export type UploadItem = Type.Static<typeof UploadItem>

export const UploadId = Type.Object({ id: Type.String({ pattern: '^[a-z0-9]{32}$' }) }, closed)
