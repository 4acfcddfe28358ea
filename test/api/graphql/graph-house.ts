import { equal } from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { Callers } from '../../../src/api/callers.ts'
import { type GraphqlOptions, graphqlRoutes } from '../../../src/api/graphql/graphql-routes.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import { LiveHub, type LiveHubOptions } from '../../../src/live/socket/hub.ts'
import { LiveReader } from '../../../src/live/socket/live-reader.ts'
import { ScriptedHistory } from '../../live/socket/scripted-history.ts'
import { type Person, RestHouse } from '../rest/rest-house.ts'

export interface Told {
  readonly status: number
  readonly data: Readonly<Record<string, unknown>> | null | undefined
  readonly errors: readonly {
    readonly message: string
    readonly path?: readonly (string | number)[]
    readonly extensions: { readonly code: string }
  }[]
}

export interface GraphHouseOptions
  extends Partial<Pick<GraphqlOptions, 'isIntrospective' | 'most' | 'jobsMs' | 'onFailure' | 'onRefused' | 'counts'>> {
  readonly hub?: Partial<LiveHubOptions>
  readonly sources?: Partial<Sources>
  /** In place of those whom the header names. */
  readonly callers?: Callers
}

/** GraphQL over a store of its own and a hub, until the test is over. */
export class GraphHouse {
  readonly house: RestHouse
  readonly hub: LiveHub
  readonly history: ScriptedHistory
  /** How often each part of the sources was asked: `streams.page`. */
  readonly asked: string[]

  private constructor(house: RestHouse, hub: LiveHub, history: ScriptedHistory, asked: string[]) {
    this.house = house
    this.hub = hub
    this.history = history
    this.asked = asked
  }

  static async open(
    t: Pick<TestContext, 'after'>,
    { hub: hubOptions, sources: changed = {}, callers, ...options }: GraphHouseOptions = {}
  ): Promise<GraphHouse> {
    const history = new ScriptedHistory()
    const hub = new LiveHub({ history, ...hubOptions })
    t.after(() => hub[Symbol.dispose]())
    const asked: string[] = []
    const routes = async (server: FastifyInstance, sources: () => Sources) => {
      const counted = { ...sources() }
      for (const part of ['streams', 'sites', 'files', 'events', 'jobs', 'recordings', 'tracks'] as const)
        Object.assign(counted, { [part]: counting(part, counted[part], asked) })
      const { users, grants, tokens } = counted.people
      const people = { users: counting('people.users', users, asked), tokens }
      Object.assign(counted, { people: { ...people, grants: counting('people.grants', grants, asked) } })
      await graphqlRoutes(server, {
        ...options,
        sources: () => counted,
        read: request => new LiveReader(hub, request)
      })
    }
    const house = await RestHouse.open(t, changed, { routes, ...(callers && { callers }) })
    return new GraphHouse(house, hub, history, asked)
  }

  async ask(
    query: string,
    { as = 'admin', variables, operationName }: { as?: Person; variables?: object; operationName?: string } = {}
  ): Promise<Told> {
    const body = { query, ...(variables && { variables }), ...(operationName && { operationName }) }
    const { status, body: told } = await this.house.json('/graphql', { as, method: 'POST', body })
    return { status, errors: [], ...told } as unknown as Told
  }

  /** What a document gives that nobody refuses. */
  async data(query: string, options: Parameters<GraphHouse['ask']>[1] = {}): Promise<Record<string, unknown>> {
    const { data, errors } = await this.ask(query, options)
    equal(errors.map(({ message }) => message).join(' '), '')
    return data as Record<string, unknown>
  }
}

/** Codes of refusals, in their order. */
export function codesOf({ errors }: Told): readonly string[] {
  return errors.map(({ extensions }) => extensions.code)
}

function counting<Part extends object>(name: string, part: Part, asked: string[]): Part {
  return new Proxy(part, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        asked.push(`${name}.${String(key)}`)
        return value.apply(target, given)
      }
    }
  })
}
