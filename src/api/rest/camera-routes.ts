import { CameraStart, CameraStarted, CameraStatus, CameraStop, CameraStopped } from '../../contract/api/camera.ts'
import { startCamera, statusOfCameras, stopCamera } from '../resources/cameras.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'camera'
const description = 'For the addresses of `cameraApi.allow`, without a token; 401 for everybody else.'
const operate = { area: 'streams', need: 'operate', stream: 'none' } as const

/** `/camera`: starts and stops cameras as programs of face gates are used to. */
export function cameraRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'POST',
    path: '/camera/start',
    access: operate,
    ...{ tag, summary: 'Watch a camera', description: `${description} Started twice, it has the same worker.` },
    body: CameraStart,
    answers: { 200: CameraStarted },
    problems: [409],
    handle: ({ sources, principal, body }) => startCamera(sources, principal, body)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/camera/stop',
    access: operate,
    ...{ tag, summary: 'Watch a camera no more', description },
    body: CameraStop,
    answers: { 200: CameraStopped },
    problems: [404],
    handle: ({ sources, principal, body }) => stopCamera(sources, principal, body)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/camera/status',
    access: { ...operate, need: 'view' },
    ...{ tag, summary: 'Cameras that are watched', description },
    answers: { 200: CameraStatus },
    handle: ({ sources, principal }) => statusOfCameras(sources, principal)
  })
}
