import { createHash } from 'node:crypto'
import Type from 'typebox'
import Value from 'typebox/value'
import type { CameraStart, CameraStarted, CameraStatus, CameraStop, CameraStopped } from '../../contract/api/camera.ts'
import { SightlineError } from '../../core/errors.ts'
import type { StreamControl } from '../../live/stream-control.ts'
import type { Settings } from '../../store/settings.ts'
import type { LiveSource } from '../resources/sources.ts'
import { unknown } from '../resources/unknown.ts'
import { PictureRates } from './picture-rates.ts'

export interface CameraDeskOptions {
  readonly control: StreamControl
  readonly live: LiveSource
  readonly settings: Pick<Settings, 'get' | 'put'>
  /** Whether ids are UUIDs, or whatever clients call their cameras; as it is at the moment. */
  readonly cameraIds: () => 'uuid' | 'any'
}

const Camera = Type.Object({ id: Type.String(), worker: Type.Integer({ minimum: 1 }), stream: Type.String() })
type Camera = Type.Static<typeof Camera>
const Cameras = Type.Array(Camera)

/** Where the store has them: each keeps its number as long as there is a store. */
const key = 'camera-api.cameras'
/** Somebody without a token may not fill the store. */
const mostCameras = 500
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Cameras as programs of face gates start and stop them: each is a stream that this has made, and acts on no other. */
export class CameraDesk implements Disposable {
  readonly #options: CameraDeskOptions
  readonly #rates: PictureRates
  #cameras: readonly Camera[] | undefined
  /** One after the other: two starts of one camera make one stream. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: CameraDeskOptions) {
    this.#options = options
    this.#rates = new PictureRates(options.live)
  }

  /**
   * Watches a camera; one that is known already keeps its number, and gets this address.
   * @throws SL_REQUEST_INVALID, SL_INPUT_REFUSED, SL_NAME_TAKEN, SL_CAMERA_LIMIT
   */
  start({ camera_id: given, rtsp_link: source }: CameraStart): Promise<CameraStarted & { readonly stream: string }> {
    return this.#inTurn(async () => {
      const { control } = this.#options
      const id = this.#checkedId(given)
      if (!/^rtsps?:\/\//i.test(source))
        throw new SightlineError('SL_REQUEST_INVALID', '`rtsp_link` begins with neither rtsp:// nor rtsps://.')
      const cameras = await this.#known()
      const known = cameras.find(camera => camera.id === id)
      const camera = known ?? newCamera(id, cameras)
      const stream = control.find(camera.stream)
      if (stream && !known)
        throw new SightlineError('SL_NAME_TAKEN', `There is a stream ${camera.stream} that is no camera of this API.`)
      // First its number: what is started has one, whatever happens between.
      if (!known) await this.#keep([...cameras, camera])
      if (stream) {
        await control.change(camera.stream, { source })
        await control.resume(camera.stream)
      } else await control.add(camera.stream, { source, title: given }, { again: known !== undefined })
      return { worker_id: camera.worker, status: 'running', stream: camera.stream }
    })
  }

  /** It is known still, and keeps what was found. @throws SL_RESOURCE_UNKNOWN */
  stop(which: CameraStop): Promise<CameraStopped & { readonly stream: string }> {
    return this.#inTurn(async () => {
      const cameras = await this.#known()
      const camera =
        'camera_id' in which
          ? cameras.find(({ id }) => id === asKept(which.camera_id))
          : cameras.find(({ worker }) => worker === which.worker_id)
      const { control } = this.#options
      if (!camera || !control.find(camera.stream))
        throw unknown('camera', String('camera_id' in which ? which.camera_id : which.worker_id))
      await control.pause(camera.stream)
      return { status: 'stopped', stream: camera.stream }
    })
  }

  async status(): Promise<CameraStatus> {
    const active_cameras: CameraStatus['active_cameras'] = []
    const fpsOf = this.#rates.now()
    for (const { id: camera_id, worker: worker_id, stream } of this.#cameras ?? (await this.#known())) {
      const found = this.#options.control.stateOf(stream)
      const state = found?.state?.state
      // What its worker says may be of before it was stopped.
      if (state === undefined || state === 'paused' || found?.isPaused) continue
      if (state === 'up') active_cameras.push({ camera_id, worker_id, status: 'running', fps: fpsOf(stream) })
      else active_cameras.push({ camera_id, worker_id, status: state, fps: 0 })
    }
    return { active_cameras }
  }

  [Symbol.dispose](): void {
    this.#rates[Symbol.dispose]()
  }

  #checkedId(given: string): string {
    const id = asKept(given)
    if (this.#options.cameraIds() === 'uuid' ? uuid.test(id) : /^[^\p{Cc}]+$/u.test(id)) return id
    throw new SightlineError(
      'SL_REQUEST_INVALID',
      `The \`camera_id\` is no UUID: send one, or have \`cameraApi.cameraIds\` in the settings file be any.`
    )
  }

  async #known(): Promise<readonly Camera[]> {
    if (this.#cameras) return this.#cameras
    const kept = await this.#options.settings.get(key)
    this.#cameras ??= Value.Check(Cameras, kept) ? kept : []
    return this.#cameras
  }

  async #keep(cameras: readonly Camera[]): Promise<void> {
    await this.#options.settings.put(key, cameras, Date.now())
    this.#cameras = cameras
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** UUIDs are the same in capital letters (RFC 9562 §4). */
function asKept(id: string): string {
  const lower = id.toLowerCase()
  return uuid.test(lower) ? lower : id
}

function newCamera(id: string, cameras: readonly Camera[]): Camera {
  if (cameras.length >= mostCameras)
    throw new SightlineError(
      'SL_CAMERA_LIMIT',
      `${mostCameras} cameras were started here, as many as may be: add others as streams.`
    )
  const worker = 1 + Math.max(0, ...cameras.map(camera => camera.worker))
  const name = uuid.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32)
  return { id, worker, stream: `camera-${name}` }
}
