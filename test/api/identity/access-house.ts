import { once } from 'node:events'
import { request as ask, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { ForeignOrigins } from '../../../src/api/foreign-origins.ts'
import type { AccessStores } from '../../../src/api/identity/access-stores.ts'
import { Identity } from '../../../src/api/identity/identity.ts'
import { RequestLimits, type RequestLimitsOptions } from '../../../src/api/limits/request-limits.ts'
import type { OidcOptions } from '../../../src/api/oidc/oidc-sign-in.ts'
import { startServer } from '../../../src/api/server.ts'
import { TrustedProxies } from '../../../src/api/trusted-proxies.ts'
import type { CorsOrigin } from '../../../src/config/cors-settings.ts'
import type { CountSettings } from '../../../src/config/count-settings.ts'
import { Seal } from '../../../src/core/seal.ts'
import { accessStores } from '../../../src/roles/access.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { openSqliteStore } from '../../store/suites/open-store.ts'

export const password = 'blau wie der See'

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as a form. */
  readonly body?: object
  readonly form?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** What a browser would send from now on: `name=value; …`. */
  readonly cookie: string
}

/** A server whose users are in a store of its own, as main has them. */
export class AccessHouse {
  readonly database: StoreDatabase
  readonly stores: AccessStores
  readonly identity: Identity
  /** What the clock of sessions says. */
  clock = { aheadMs: 0 }
  url = ''

  constructor(database: StoreDatabase, clock: { aheadMs: number }, oidc?: OidcOptions, counts?: CountSettings) {
    this.database = database
    this.clock = clock
    this.stores = accessStores(database)
    this.identity = new Identity({
      stores: () => this.stores,
      seal: new Seal(Buffer.alloc(32, 7)),
      demoStreams: () => new Set(['demo']),
      oidc,
      limits: () => counts,
      now: () => Date.now() + clock.aheadMs
    })
  }

  /** Beside the sign-in: `/` and `/live`, for who may look; `/:stream/look` and `/:stream/do`. */
  static async open(
    t: Pick<TestContext, 'after'>,
    {
      database,
      proxies,
      limits,
      corsOrigins,
      oidc,
      counts,
      routes = () => undefined
    }: {
      readonly database?: StoreDatabase
      readonly proxies?: readonly string[]
      readonly corsOrigins?: readonly CorsOrigin[]
      readonly oidc?: OidcOptions
      readonly counts?: CountSettings | undefined
      readonly limits?: Omit<RequestLimitsOptions, 'proxies'>
      readonly routes?: (server: FastifyInstance) => void
    } = {}
  ): Promise<AccessHouse> {
    const house = new AccessHouse(database ?? (await openSqliteStore(t as TestContext)), { aheadMs: 0 }, oidc, counts)
    const look = { area: 'live', need: 'view', stream: 'none' } as const
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      callers: house.identity,
      proxies: new TrustedProxies(proxies),
      origins: new ForeignOrigins(corsOrigins),
      ...(limits && { limits: new RequestLimits({ ...limits, proxies: new TrustedProxies(proxies) }) }),
      routes(server) {
        house.identity.routes(server)
        server.get('/', { config: { access: look } }, async ({ principal }) => principal?.actor)
        server.get('/:stream/look', { config: { access: { ...look, stream: 'each' } } }, async () => 'seen')
        const operate = { ...look, need: 'operate', stream: 'each' } as const
        server.post('/:stream/do', { config: { access: operate } }, async () => 'done')
        const live = (_: unknown, socket: Duplex) =>
          void socket
            .resume()
            .write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
        server.onUpgrade('/live', live, look)
        server.onUpgrade(/^\/(?<stream>[^/]+)\/live$/, live, { ...look, stream: 'each' })
        routes(server)
      }
    })
    t.after(() => server[Symbol.asyncDispose]())
    house.url = server.url
    return house
  }

  /** `fetch` would set Host, Origin and the like by itself. */
  async ask(path: string, { method = 'GET', headers = {}, body, form }: Asked = {}): Promise<Answer> {
    const sent = form ? new URLSearchParams(form).toString() : body && JSON.stringify(body)
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
    const request = ask(new URL(path, this.url), {
      method: sent === undefined ? method : method === 'GET' ? 'POST' : method,
      headers: {
        ...(sent !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(sent) }),
        ...headers
      }
    }).end(sent)
    const [response] = (await Promise.race([once(request, 'response'), once(request, 'upgrade')])) as [IncomingMessage]
    let text = ''
    if (response.statusCode !== 101) for await (const chunk of response.setEncoding('utf8')) text += chunk
    else request.destroy()
    const cookie = (response.headers['set-cookie'] ?? []).map(each => each.split(';', 1)[0]).join('; ')
    return { status: response.statusCode ?? 0, headers: response.headers, body: text, cookie }
  }

  /** Adds somebody, and gives their id. */
  async add(name: string, role: 'viewer' | 'operator' | 'admin'): Promise<string> {
    return this.identity.accounts.add('test', { name, role, password })
  }

  /** The cookies of a browser where this user has signed in. */
  async signIn(name: string, given = password): Promise<string> {
    const { status, cookie } = await this.ask('/api/v1/session', { body: { name, password: given } })
    if (status !== 204) throw new Error(`${name} was not signed in: ${status}`)
    return cookie
  }

  async actor(cookie: string): Promise<string | number> {
    const { status, body } = await this.ask('/', { headers: { cookie } })
    return status === 200 ? body : status
  }
}

/** The code of a problem document. */
export function codeOf({ body }: Answer): string {
  return (JSON.parse(body) as { code: string }).code
}
