import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Principal, Reach } from '../../../src/access/principal.ts'
import type { Callers } from '../../../src/api/callers.ts'
import { Accounts } from '../../../src/api/identity/accounts.ts'
import { PasswordHash } from '../../../src/api/identity/password-hash.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import { checkRequests } from '../../../src/api/rest/checks.ts'
import { docsRoutes } from '../../../src/api/rest/docs-routes.ts'
import { describeRoutes } from '../../../src/api/rest/openapi.ts'
import { restRoutes } from '../../../src/api/rest/rest-routes.ts'
import { startServer } from '../../../src/api/server.ts'
import type { LogRecord } from '../../../src/contract/record.ts'
import { Seal } from '../../../src/core/seal.ts'
import { accessStores } from '../../../src/roles/access.ts'
import { Calibrations } from '../../../src/roles/calibrations.ts'
import { storedSources } from '../../../src/roles/sources.ts'
import { Assets } from '../../../src/store/assets.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openDatabase, type StoreDatabase } from '../../../src/store/database.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { Settings } from '../../../src/store/settings.ts'
import { batch } from '../../store/records.ts'
import { settingsDesk } from '../../support/settings-desk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const known: Readonly<Record<string, Principal>> = {
  admin: person('admin', 'admin', 'all', 'all'),
  /** Operates the yard, and may look at the street. */
  olga: person('olga', 'operator', new Set(['yard', 'street']), new Set(['yard'])),
  /** May look at the yard. */
  vera: person('vera', 'viewer', new Set(['yard']), new Set()),
  /** Has been granted nothing. */
  nemo: person('nemo', 'operator', new Set(), new Set()),
  /** Programs that act for olga. */
  reader: { ...person('olga', 'operator', new Set(), new Set()), scopes: new Set(['users:read']) },
  keeper: { ...person('olga', 'operator', new Set(), new Set()), scopes: new Set(['users:read', 'users:write']) }
}
export type Person = 'admin' | 'olga' | 'vera' | 'nemo' | 'reader' | 'keeper'

function person(name: string, role: Principal['role'], viewing: Reach, operating: Reach): Principal {
  return { actor: `user:${name}`, userId: name, role, scopes: undefined, viewing, operating }
}

/** Who asks is who they say they are: `Authorization: Bearer NAME`. */
export const people: Callers = {
  async who({ headers: { authorization = '' } }) {
    const principal = known[authorization.replace('Bearer ', '')]
    return principal && { principal, again: async () => principal }
  },
  onChange: () => undefined
}

export interface Asked {
  readonly as?: Person
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const seal = new Seal(Buffer.alloc(32, 5))
const nothingRuns = () => Promise.reject(new Error('nothing runs here'))
const nothingIs = () => {
  throw new Error('nothing runs here')
}
const noControl: Sources['control'] = {
  list: () => [],
  find: () => undefined,
  stateOf: () => undefined,
  checkChange: () => undefined,
  ...{ add: nothingRuns, change: nothingRuns, pause: nothingRuns, resume: nothingRuns, remove: nothingRuns }
}

/** What is otherwise for tests of more than REST. */
interface More {
  readonly routes?: (server: FastifyInstance, sources: () => Sources) => Promise<void>
  readonly callers?: Callers | ((database: StoreDatabase) => Callers)
}

/** The API over a store of its own, until the test is over. */
export class RestHouse {
  readonly url: string
  readonly database: StoreDatabase
  readonly assets: Assets
  /** Where blobs lie on the disk. */
  readonly blobs: string
  #logs = 1

  private constructor(url: string, database: StoreDatabase, assets: Assets, blobs: string) {
    this.url = url
    this.blobs = blobs
    this.database = database
    this.assets = assets
  }

  static async open(
    t: Pick<TestContext, 'after'>,
    changed: Partial<Sources> = {},
    more: More = {}
  ): Promise<RestHouse> {
    await using parts = new AsyncDisposableStack()
    const folder = parts.use(await temporaryFolder())
    const database = parts.use(await openDatabase({ file: join(folder.path, 'store.sqlite') }))
    const blobs = parts.use(
      await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
    )
    const assets = new Assets(database, blobs)
    const stored = parts.use(storedSources({ database, blobs }))
    const stores = accessStores(database)
    const accounts = new Accounts({ stores: () => stores, hash: new PasswordHash(), changed: () => undefined })
    const settings = settingsDesk('live: {maxFps: 5}\ncameraApi: {allow: [10.0.0.1]}', {
      SIGHTLINE_UPLOADS_AT_ONCE: '7'
    })
    await settings.open(new Settings(database))
    const sources: Sources = {
      ...stored,
      settings,
      accounts,
      sharing: { issue: nothingRuns, open: nothingRuns, revoke: nothingRuns },
      mark: request => createHash('sha256').update(request).digest('hex'),
      answers: { close: text => seal.close(text, 'once'), open: sealed => seal.open(sealed, 'once') },
      system: () => Promise.reject(new Error('there is no system here')),
      looks: { examine: nothingRuns, disk: nothingIs, logs: nothingIs },
      models: async () => [],
      modelDesk: { pull: nothingRuns, cancel: nothingRuns, look: nothingRuns },
      live: { figures: () => new Map() },
      control: noControl,
      trials: { run: nothingRuns },
      cameras: { start: nothingRuns, stop: nothingRuns, status: nothingRuns },
      analyses: { order: () => Promise.reject(new Error('nobody takes orders here')) },
      calibrations: new Calibrations({ ...stored, assets }),
      uploads: { find: async () => undefined },
      previews: { read: async () => undefined },
      requireRoomToShare: async () => undefined,
      share: async () => undefined,
      ...changed
    }
    const server = parts.use(
      await startServer({
        host: '127.0.0.1',
        port: 0,
        health: { problems: () => [] },
        callers: typeof more.callers === 'function' ? more.callers(database) : (more.callers ?? people),
        async routes(routed) {
          await describeRoutes(routed, '0.0.0')
          checkRequests(routed, { atOnce: true })
          docsRoutes(routed)
          restRoutes({ server: routed, sources: () => sources })
          await more.routes?.(routed, () => sources)
        }
      })
    )
    const kept = parts.move()
    t.after(() => kept.disposeAsync())
    return new RestHouse(server.url, database, assets, join(folder.path, 'blobs'))
  }

  /** Puts records into the store as a log does. */
  async store(...records: readonly LogRecord[]): Promise<void> {
    await new StoreSink(this.database).take(batch(records, { log: `log-${this.#logs++}` }))
  }

  ask(path: string, { as = 'admin', method = 'GET', body, headers = {} }: Asked = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${as}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
  }

  /** The answer's JSON, whatever its status. */
  async json(
    path: string,
    asked: Asked = {}
  ): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const answer = await this.ask(path, asked)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
}
