import Type from 'typebox'
import { ZonePoints } from '../contract/measure-definition.ts'
import { measureSettings } from './measure-settings.ts'
import { severalModels } from './model-choice.ts'

const share = { minimum: 0, maximum: 1 }

export const trackerNames = ['bot-sort', 'byte', 'oc-sort', 'sightline', 'sort'] as const
export const providerNames = ['auto', 'cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'directml'] as const
export const decodeNames = ['software', 'auto', 'nvdec', 'vaapi', 'videotoolbox'] as const

/** How tracks are known again by what they look like; without it they are not. */
export const ReidSettings = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      description: 'a name of the catalogue or a path of an .onnx file that turns the picture of a person into a vector'
    }),
    /** Cosine distance from which on two are different people. Raise it to find more again, at the risk of swaps. */
    maxDistance: Type.Optional(Type.Number({ minimum: 0, maximum: 2, description: 'a number from 0 to 2' })),
    /** For how long after they were seen last. Tracks that are lost end so much later. */
    keepMs: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: 'a whole number of milliseconds from 100' })
    )
  },
  { additionalProperties: false }
)
export type ReidSettings = Type.Static<typeof ReidSettings>

/** The section `analysis` of sightline.yaml: how a recording is analysed unless the command line says otherwise. */
export const AnalysisSettings = Type.Object(
  {
    model: Type.Optional(
      Type.String({ minLength: 1, description: 'a name of the catalogue, a path of an .onnx file, or motion' })
    ),
    ...severalModels,
    provider: Type.Optional(Type.Enum(providerNames, { description: `one of ${providerNames.join(', ')}` })),
    /** What decodes. Default: `software`, the processor, which also stands in for a device that cannot. */
    decode: Type.Optional(Type.Enum(decodeNames, { description: `one of ${decodeNames.join(', ')}` })),
    tracker: Type.Optional(Type.Enum(trackerNames, { description: `one of ${trackerNames.join(', ')}` })),
    reid: Type.Optional(ReidSettings),
    /** 1 analyses every frame; `auto` those in which something moves. Raise it to save time at the cost of precision. */
    every: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 1000 }), Type.Literal('auto')], {
        description: 'a whole number from 1, or auto'
      })
    ),
    /** Looks at overlapping tiles of each frame as well, for objects that are too small in the whole of it. */
    tiles: Type.Optional(
      Type.String({ pattern: '^(auto|[1-4]x[1-4])$', description: 'columns and rows such as 2x2, or auto' })
    ),
    /** Boxes the model is less sure of are ignored. Raise it to trade misses for false alarms. */
    minScore: Type.Optional(Type.Number({ ...share, description: 'a number between 0 and 1' })),
    classes: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'a list of class names' })
    ),
    /** Box height as a share of the frame's height. */
    minSize: Type.Optional(Type.Number({ ...share, description: 'a number between 0 and 1' })),
    maxSize: Type.Optional(Type.Number({ minimum: 0, maximum: 10, description: 'a number from 0' })),
    masks: Type.Optional(Type.Array(ZonePoints)),
    ...measureSettings,
    maxPixels: Type.Optional(Type.Integer({ minimum: 1, description: 'a whole number of pixels' }))
  },
  { additionalProperties: false }
)
export type AnalysisSettings = Type.Static<typeof AnalysisSettings>

/** What holds where neither file nor command line says anything. */
export const analysisDefaults = {
  model: 'yolox-nano',
  provider: 'auto',
  tracker: 'sightline',
  every: 1,
  /** Low, because tracks live on by unsure boxes (ByteTrack's second association); they start at the tracker's own threshold. */
  minScore: 0.1,
  minSize: 0,
  maxSize: Number.POSITIVE_INFINITY,
  masks: []
} as const satisfies AnalysisSettings
