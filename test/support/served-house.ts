import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Principal, Reach } from '../../src/access/principal.ts'
import type { Callers } from '../../src/api/callers.ts'
import { withCameraCallers } from '../../src/api/camera/camera-callers.ts'
import { Identity } from '../../src/api/identity/identity.ts'
import { startServer } from '../../src/api/server.ts'
import type { CameraApiSettings } from '../../src/config/camera-settings.ts'
import type { Settings as FileSettings } from '../../src/config/settings.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { RecentLog } from '../../src/core/recent-log.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { accessStores, openSeal } from '../../src/roles/access.ts'
import { allRoutes } from '../../src/roles/all-routes.ts'
import { Gateway } from '../../src/roles/gateway.ts'
import { PictureTrials } from '../../src/roles/picture-trial/picture-trials.ts'
import { Settings } from '../../src/store/settings.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'
import { LiveHouse } from './live-house.ts'
import { settingsDesk } from './settings-desk.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, unknown>
}

export interface ServedHouseOptions {
  /** Who asks, in place of those whom the header names. */
  readonly callers?: (identity: Identity) => Callers
  /** Called before there are routes. */
  readonly prepare?: (server: FastifyInstance) => void
  /** Of the catalogue; usually there is none. */
  readonly openModels?: () => Promise<ModelStore>
  /** What a settings file says beside the camera API. */
  readonly settings?: FileSettings
}

const noModels = () => Promise.reject(new SightlineError('SL_MODEL_UNKNOWN', 'There are no models here.'))

/** Live streams, and the API over them as main serves it; who asks is who they say they are: `admin`, `olga` or `vera`. */
export class ServedHouse implements AsyncDisposable {
  readonly house: LiveHouse
  readonly identity: Identity
  readonly server: FastifyInstance
  readonly url: string
  readonly #parts: AsyncDisposableStack

  private constructor(
    { house, identity, server, url }: Pick<ServedHouse, 'house' | 'identity' | 'server' | 'url'>,
    parts: AsyncDisposableStack
  ) {
    this.house = house
    this.identity = identity
    this.server = server
    this.url = url
    this.#parts = parts
  }

  static async open(
    cameraApi: CameraApiSettings = {},
    { callers, prepare = () => undefined, openModels = noModels, settings: said }: ServedHouseOptions = {}
  ): Promise<ServedHouse> {
    const { allow = [] } = cameraApi
    await using parts = new AsyncDisposableStack()
    // What tests put into the store may be as old as they like.
    const house = parts.use(
      await LiveHouse.open({ retention: { events: 'forever', tracks: 'forever', trajectories: 'forever' } })
    )
    const folder = dataFolder(join(house.folder, 'data'))
    const seal = await openSeal(folder, {})
    const stores = accessStores(house.storage.database)
    const identity = new Identity({ stores: () => stores, seal, demoStreams: () => new Set(['demo']) })
    /** What operators made is theirs. */
    const shared = new Set<string>()
    const people: Readonly<Record<string, Principal>> = {
      admin: person('admin', 'admin', 'all'),
      /** May operate what she made. */
      olga: person('olga', 'operator', shared),
      /** May look at what olga made. */
      vera: person('vera', 'viewer', shared)
    }
    const named: Callers = {
      async who({ headers: { authorization = '' } }) {
        const principal = people[authorization.replace('Bearer ', '')]
        return principal && { principal, again: async () => principal }
      },
      onChange: () => undefined
    }
    const settings = settingsDesk(JSON.stringify({ cameraApi, ...said }))
    await settings.open(new Settings(house.storage.database))
    const gateway = parts.use(
      new Gateway({
        live: house.live.streams,
        control: house.live.control,
        trials: house.live.trials,
        settings,
        accounts: identity.accounts,
        sharing: identity.sharing,
        workers: () => house.live.streams.workerStates(),
        looks: { examine: async () => [], log: createLog('silent'), recent: new RecentLog({ write: () => undefined }) },
        health: { problems: () => [] },
        folder,
        epochs: parts.use(new EpochLedger(join(house.folder, 'epochs.sqlite'))),
        seal,
        openModels,
        pictureTrials: new PictureTrials(join(house.folder, 'pictures'), process.env),
        requireRoomToShare: async () => undefined,
        share: async (_, stream) => void shared.add(stream)
      })
    )
    gateway.begin(house.storage, house)
    const surroundings = { folder, environment: {}, settings: {}, mayTake: () => true, log: createLog('silent') }
    await gateway.takeUploads(house.storage, surroundings)
    const serve = allRoutes({ gateway, identity, live: house.live, problems: () => 0 })
    let server!: FastifyInstance
    const { url } = parts.use(
      await startServer({
        host: '127.0.0.1',
        port: 0,
        health: { problems: () => [] },
        callers: withCameraCallers(callers?.(identity) ?? named, () => allow),
        async routes(routed) {
          server = routed
          prepare(routed)
          await serve(routed)
        }
      })
    )
    return new ServedHouse({ house, identity, server, url }, parts.move())
  }

  /** Such as `POST /api/v1/streams`. */
  async ask(
    what: string,
    { as = 'admin', body, headers = {} }: { as?: string; body?: unknown; headers?: Record<string, string> } = {}
  ): Promise<Answer> {
    const [method = '', path = ''] = what.split(' ')
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
    const text = await answer.text()
    const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : {} }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync()
  }
}

function person(name: string, role: Principal['role'], reach: Reach): Principal {
  return {
    actor: `user:${name}`,
    userId: name,
    role,
    scopes: undefined,
    viewing: reach,
    operating: role === 'viewer' ? new Set() : reach
  }
}
