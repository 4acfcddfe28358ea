import Type from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { AuditItem, AuditQuery, Model, ModelName, System } from '../../contract/api/system.ts'
import { findModel } from '../resources/models.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const administer = { area: 'system', need: 'administer', stream: 'none' } as const
const models = { area: 'models', need: 'view', stream: 'none' } as const

/** `/api/v1/system`: how it is. `/api/v1/audit`: who did what. */
export function systemRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/system',
    access: administer,
    ...{ tag: 'system', summary: 'How this Sightline is: problems, workers, sinks, disks' },
    answers: { 200: System },
    handle: ({ sources }) => sources.system()
  })
  addList(scope, {
    path: '/api/v1/audit',
    access: administer,
    ...{ tag: 'system', summary: 'Who did what to what, what was done last first' },
    query: AuditQuery,
    item: AuditItem,
    columns,
    page: ({ sources, query }) => sources.audit.page(query)
  })
}

/** `/api/v1/models`: what can find things. */
export function modelRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/models',
    access: models,
    ...{ tag: 'models', summary: 'Models of the catalogue, and whether they are here' },
    answers: { 200: Type.Object({ items: Type.Array(Model) }, closed) },
    handle: async ({ sources }) => ({ items: await sources.models() })
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/models/:name',
    access: models,
    ...{ tag: 'models', summary: 'A model of the catalogue' },
    params: ModelName,
    tagged: true,
    answers: { 200: Model },
    handle: ({ sources, params }) => findModel(sources, params.name)
  })
}

const columns: readonly Column<AuditItem>[] = [
  ['n', entry => entry.n],
  ['time', entry => timeCell(entry.atMs)],
  ['atMs', entry => entry.atMs],
  ['actor', entry => entry.actor],
  ['action', entry => entry.action],
  ['subject', entry => entry.subject],
  ['detail', entry => JSON.stringify(entry.detail)]
]
