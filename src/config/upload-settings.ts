import Type from 'typebox'
import { Bytes } from './storage-settings.ts'

/** The section `uploads`: files that people send. */
export const UploadSettings = Type.Object(
  {
    /** The largest file that is taken. Default 50GB: a match in 4K. */
    maxBytes: Type.Optional(Bytes),
    /** Files that one user may be sending at a time. Default 5. */
    atOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }))
  },
  { additionalProperties: false }
)
export type UploadSettings = Type.Static<typeof UploadSettings>
