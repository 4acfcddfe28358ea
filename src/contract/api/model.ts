import Type from 'typebox'
import { Detection } from '../detection.ts'
import { closed, WallMs } from './fields.ts'

const count = Type.Integer({ minimum: 0 })

export const ModelName = Type.Object({ name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) }, closed)

/** The download of a model: how far it is, or why the last one failed. */
export const ModelPull = Type.Object(
  {
    state: Type.Enum(['running', 'failed']),
    startedMs: WallMs,
    doneBytes: count,
    /** Null where whoever sends it does not say. */
    totalBytes: Type.Union([count, Type.Null()]),
    /** Why it failed. */
    error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }, closed), Type.Null()])
  },
  { ...closed, title: 'ModelPull' }
)
export type ModelPull = Type.Static<typeof ModelPull>

/** A model of the catalogue. */
export const Model = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    task: Type.String(),
    family: Type.String(),
    licence: Type.String(),
    /** What to know before using it: `default`, `non-commercial`, `copyleft`, `check-licence`, `unverified`, `experimental`. */
    flags: Type.Array(Type.String()),
    notes: Type.Union([Type.String(), Type.Null()]),
    /** What it is good for, such as `people`. */
    jobs: Type.Array(Type.String()),
    /** `fast`: a hundred frames a second on one core; `medium`: twenty-five; else `slow`. Null where nobody has measured it. */
    speed: Type.Union([Type.String(), Type.Null()]),
    bytes: Type.Union([count, Type.Null()]),
    input: Type.Object({ width: count, height: count }, closed),
    /** What it tells apart: `coco` for the 80 classes of COCO; null where it tells nothing apart. */
    classes: Type.Union([Type.Array(Type.String()), Type.Literal('coco'), Type.Null()]),
    /** Whether its file is here; else it is downloaded when it is used first. */
    isPresent: Type.Boolean(),
    /** Whether the catalogue says where to get it. */
    isDownloadable: Type.Boolean(),
    /** Null where it is not being downloaded, and was not in vain. */
    pull: Type.Union([ModelPull, Type.Null()])
  },
  { ...closed, title: 'Model' }
)
export type Model = Type.Static<typeof Model>

/** A model that a server runs, by the name that the settings file gives it. Where it is, is nobody's business here. */
export const RemoteModel = Type.Object(
  {
    name: Type.String(),
    /** What it tells apart, as far as the settings say so. */
    classes: Type.Union([Type.Array(Type.String()), Type.Literal('coco'), Type.Null()])
  },
  { ...closed, title: 'RemoteModel' }
)
export type RemoteModel = Type.Static<typeof RemoteModel>

/** Of pictures that models are tried on: what a phone takes, and no more. */
export const pictureLimits = { bytes: 8_000_000, pixels: 25_000_000 } as const

export const TrialPicture = Type.Object(
  {
    picture: Type.String({
      minLength: 4,
      contentEncoding: 'base64',
      description: 'A JPEG, PNG or WebP, in Base64: 8 MB and 25 million pixels at most.'
    }),
    minScore: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Boxes below it are left out. Default: the family’s own.' })
    )
  },
  { ...closed, title: 'TrialPicture' }
)
export type TrialPicture = Type.Static<typeof TrialPicture>

export const mostTrialBoxes = 300

/** What a model has found in one picture. */
export const PictureTrial = Type.Object(
  {
    model: Type.String(),
    /** What ran it, such as `cpu`. */
    provider: Type.String(),
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    /** Until the model was open; and scaling, inference and post-processing of this one picture. */
    openMs: Type.Number({ minimum: 0 }),
    milliseconds: Type.Number({ minimum: 0 }),
    /** The best first, 300 at most; empty for a classifier. */
    detections: Type.Array(Detection, { maxItems: mostTrialBoxes }),
    /** What a classifier takes the picture for, the likeliest first; empty for a detector. */
    classes: Type.Array(Type.Object({ label: Type.String(), probability: Type.Number() }, closed), { maxItems: 5 }),
    /** Boxes that were dropped because the model gave NaN or infinite numbers. */
    invalidBoxes: count
  },
  { ...closed, title: 'PictureTrial' }
)
export type PictureTrial = Type.Static<typeof PictureTrial>
