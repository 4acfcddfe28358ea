import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import type { Principal } from '../access/principal.ts'
import { CameraDesk } from '../api/camera/camera-desk.ts'
import type { LiveSource, Sources, UploadSource } from '../api/resources/sources.ts'
import { checkRequests } from '../api/rest/checks.ts'
import { docsRoutes } from '../api/rest/docs-routes.ts'
import { describeRoutes } from '../api/rest/openapi.ts'
import { restRoutes } from '../api/rest/rest-routes.ts'
import { uploadRoutes } from '../api/uploads/upload-routes.ts'
import type { Uploads } from '../api/uploads/uploads.ts'
import type { Settings as AllSettings } from '../config/settings.ts'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import type { Seal } from '../core/seal.ts'
import type { EpochLedger } from '../events/epoch-ledger.ts'
import { Jobs } from '../store/jobs.ts'
import { Settings } from '../store/settings.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { AnalysisOrders } from './analysis-orders.ts'
import { Calibrations } from './calibrations.ts'
import { readPreview } from './job-preview-file.ts'
import { modelDesk, modelFacts } from './model-desk.ts'
import { ModelPulls } from './model-pulls.ts'
import type { PictureTrials } from './picture-trial/picture-trials.ts'
import { storedSources } from './sources.ts'
import type { Storage } from './storage.ts'
import type { StorageUpkeep } from './storage-upkeep.ts'
import { type SystemParts, systemFacts } from './system-facts.ts'
import { type LooksParts, systemLooks } from './system-looks.ts'
import { openUploads, type UploadsSurroundings, uploadLimits } from './uploads.ts'

const startedMs = Math.round(performance.timeOrigin)
const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

export interface GatewayOptions extends Pick<SystemParts, 'folder' | 'health' | 'workers'> {
  readonly live: LiveSource
  readonly control: Sources['control']
  readonly trials: Sources['trials']
  readonly settings: Sources['settings']
  readonly accounts: Sources['accounts']
  readonly sharing: Sources['sharing']
  /** What looks into the machine for admins. */
  readonly looks: Pick<LooksParts, 'examine' | 'recent'> & { readonly log: Logger }
  readonly epochs: EpochLedger
  readonly seal: Seal
  readonly openModels: () => Promise<ModelStore>
  /** Has models look at pictures that somebody gives. */
  readonly pictureTrials: PictureTrials
  readonly requireRoomToShare: Sources['requireRoomToShare']
  /** Grants somebody to operate a stream that they made; holds when this resolves. */
  readonly share: (principal: Pick<Principal, 'actor' | 'userId'>, stream: string) => Promise<void>
}

/** What is asked and answered over HTTP, put together. */
export class Gateway implements AsyncDisposable {
  readonly #options: GatewayOptions
  readonly #opened = new AsyncDisposableStack()
  #sources: Sources | undefined
  #uploads: Uploads | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** What `add` adds is checked and described as the API's own routes are. */
  async routes(server: FastifyInstance, add: () => void): Promise<void> {
    await describeRoutes(server, version)
    checkRequests(server)
    add()
    docsRoutes(server)
    const sources = () => this.#open()
    restRoutes({ server, sources })
    await uploadRoutes({ server, sources, uploads: () => this.#uploads ?? notOpen() })
  }

  /** From now on there is something to answer from. */
  begin(
    { database, blobs, assets }: Pick<Storage, 'database' | 'blobs' | 'assets'>,
    { feeder, keeper }: Pick<StorageUpkeep, 'keeper'> & Pick<SystemParts, 'feeder'>
  ): void {
    const { live, control, trials, settings, accounts, sharing, epochs, seal, openModels, ...given } = this.#options
    const { requireRoomToShare, share, ...parts } = given
    const stored = this.#opened.use(storedSources({ database, blobs }))
    const analyses = new AnalysisOrders({ jobs: new Jobs(database), assets, epochs, limits: () => settings.now.limits })
    const cameraIds = () => settings.now.cameraApi?.cameraIds ?? 'uuid'
    const cameras = this.#opened.use(new CameraDesk({ control, live, settings: new Settings(database), cameraIds }))
    const mark = (request: string) => seal.mark(request, 'once')
    const answers = {
      close: (text: string) => seal.close(text, 'once'),
      open: (sealed: string) => seal.open(sealed, 'once')
    }
    const looks = systemLooks({ ...parts.looks, keeper })
    const system = () => systemFacts({ ...parts, version, startedMs, database, feeder })
    const pulls = this.#opened.use(new ModelPulls({ openModels, log: parts.looks.log }))
    const models = () => modelFacts({ openModels, pulls })
    const uploads: UploadSource = {
      find: (principal, id) => (this.#uploads ?? notOpen()).find(principal, id)
    }
    this.#sources = {
      ...stored,
      accounts,
      answers,
      sharing,
      live,
      looks,
      control,
      trials,
      cameras,
      analyses,
      calibrations: new Calibrations({ ...stored, assets }),
      mark,
      models,
      modelDesk: modelDesk({ openModels, pulls, trials: parts.pictureTrials }),
      settings,
      previews: { read: job => readPreview(parts.folder.jobs, job) },
      requireRoomToShare,
      share,
      system,
      uploads
    }
  }

  /** From now on files are taken. Closed with this. */
  async takeUploads(
    storage: Storage,
    parts: Omit<UploadsSurroundings, 'analyses' | 'requireRoomToShare' | 'share' | 'audit'>
  ): Promise<void> {
    const { analyses, audit, requireRoomToShare } = this.#open()
    const share: UploadsSurroundings['share'] = (upload, stream) => this.#options.share(upload, stream)
    this.#uploads = this.#opened.use(
      await openUploads(storage, { ...parts, analyses, requireRoomToShare, share, audit })
    )
  }

  /** Those that hold at this moment. */
  get settings(): AllSettings {
    return this.#options.settings.now
  }

  /** Gives what takes files as these settings say. */
  follow({ uploads = {} }: AllSettings): () => void {
    const limits = uploadLimits(uploads)
    return () => this.#uploads?.follow(limits)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sources = undefined
    this.#uploads = undefined
    await this.#opened.disposeAsync()
  }

  /** @throws SL_STORE_UNAVAILABLE until it has begun */
  get sources(): Sources {
    return this.#open()
  }

  #open(): Sources {
    if (this.#sources) return this.#sources
    return notOpen()
  }
}

function notOpen(): never {
  throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open.', { retryable: true })
}
