import Type from 'typebox'
import { NetworkAddress } from './network-address.ts'

/** The section `cameraApi`: who may start and stop cameras at `/camera/…` without a token. */
export const CameraApiSettings = Type.Object(
  {
    /** Nobody else gets in there, and nobody at all where this is left out. */
    allow: Type.Optional(Type.Array(NetworkAddress, { maxItems: 100 })),
    /** `any` takes whatever its clients call their cameras. Default: uuid. */
    cameraIds: Type.Optional(Type.Enum(['uuid', 'any'], { description: 'uuid or any' }))
  },
  { additionalProperties: false }
)
export type CameraApiSettings = Type.Static<typeof CameraApiSettings>
