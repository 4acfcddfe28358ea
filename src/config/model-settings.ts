import Type from 'typebox'
import { RemoteModelsSettings } from './remote-model-settings.ts'

/** The section `models` of sightline.yaml: how models are run, whatever they are run for. */
export const ModelSettings = Type.Object(
  {
    /** Frames that go through a model at once, at most. Default: 8 on a graphics card and 1 on a CPU, where more gain nothing. */
    batch: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: 'a whole number from 1 to 32' })),
    /** Models that servers run, by the names that they are chosen by. */
    remote: Type.Optional(RemoteModelsSettings)
  },
  { additionalProperties: false }
)
export type ModelSettings = Type.Static<typeof ModelSettings>
