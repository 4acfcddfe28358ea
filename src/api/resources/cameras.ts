import type { Principal } from '../../access/principal.ts'
import type { CameraStart, CameraStarted, CameraStatus, CameraStop, CameraStopped } from '../../contract/api/camera.ts'
import { SightlineError } from '../../core/errors.ts'
import { cameraPrincipal } from '../camera/camera-callers.ts'
import type { CameraDesk } from '../camera/camera-desk.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'

type Cameras = Pick<Sources, 'cameras' | 'audit'>
export type CameraSource = Pick<CameraDesk, 'start' | 'stop' | 'status'>

/** @throws SL_REQUEST_INVALID, SL_INPUT_REFUSED, SL_NAME_TAKEN, SL_CAMERA_LIMIT, SL_SIGN_IN_REQUIRED */
export async function startCamera(sources: Cameras, principal: Principal, camera: CameraStart): Promise<CameraStarted> {
  requireAllowed(principal)
  const { stream, ...started } = await sources.cameras.start(camera)
  await record(sources, principal, 'camera-started', `stream/${stream}`, { camera: camera.camera_id })
  return started
}

/** @throws SL_RESOURCE_UNKNOWN, SL_SIGN_IN_REQUIRED */
export async function stopCamera(sources: Cameras, principal: Principal, which: CameraStop): Promise<CameraStopped> {
  requireAllowed(principal)
  const { stream, ...stopped } = await sources.cameras.stop(which)
  await record(sources, principal, 'camera-stopped', `stream/${stream}`)
  return stopped
}

/** @throws SL_SIGN_IN_REQUIRED */
export async function statusOfCameras(sources: Cameras, principal: Principal): Promise<CameraStatus> {
  requireAllowed(principal)
  return sources.cameras.status()
}

/** Others reach these cameras as streams, by what was granted to them. */
function requireAllowed({ actor }: Principal): void {
  if (actor === cameraPrincipal.actor) return
  throw new SightlineError('SL_SIGN_IN_REQUIRED', 'This is open to the addresses of `cameraApi.allow` alone.')
}
