import Type from 'typebox'
import { closed } from './fields.ts'

// The API that programs of face gates know. Names are theirs.

const CameraId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'A UUID, unless `cameraApi.cameraIds` says otherwise.'
})
/** Of the camera: the same as long as it is known, whichever process it is watched by. */
const WorkerId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

export const CameraStart = Type.Object(
  { rtsp_link: Type.String({ minLength: 1, maxLength: 2048 }), camera_id: CameraId },
  { ...closed, title: 'CameraStart' }
)
export type CameraStart = Type.Static<typeof CameraStart>

export const CameraStarted = Type.Object(
  { worker_id: WorkerId, status: Type.Literal('running') },
  { ...closed, title: 'CameraStarted' }
)
export type CameraStarted = Type.Static<typeof CameraStarted>

export const CameraStop = Type.Union(
  [Type.Object({ camera_id: CameraId }, closed), Type.Object({ worker_id: WorkerId }, closed)],
  { title: 'CameraStop' }
)
export type CameraStop = Type.Static<typeof CameraStop>

export const CameraStopped = Type.Object({ status: Type.Literal('stopped') }, { ...closed, title: 'CameraStopped' })
export type CameraStopped = Type.Static<typeof CameraStopped>

export const CameraStatus = Type.Object(
  {
    active_cameras: Type.Array(
      Type.Object(
        {
          camera_id: CameraId,
          worker_id: WorkerId,
          /** `running`: it gives pictures. The others say why it gives none yet. */
          status: Type.Enum(['running', 'connecting', 'waiting', 'failed']),
          /** Pictures a second that were looked at. */
          fps: Type.Number({ minimum: 0 })
        },
        closed
      )
    )
  },
  { ...closed, title: 'CameraStatus' }
)
export type CameraStatus = Type.Static<typeof CameraStatus>
