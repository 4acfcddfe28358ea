import { AuditItem, AuditQuery, System } from '../../contract/api/system.ts'
import { DiskUse, Examination, LogLines, LogQuery } from '../../contract/api/system-looks.ts'
import { type Column, timeCell } from './csv.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const administer = { area: 'system', need: 'administer', stream: 'none' } as const

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
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/system/doctor',
    access: administer,
    ...{
      tag: 'system',
      summary: 'Look at the machine, the store, the models and the settings, and say what to do about them',
      description: 'As `sightline doctor`, beside its ports, which are taken. Takes some seconds; kept for five.'
    },
    answers: { 200: Examination },
    handle: ({ sources }) => sources.looks.examine()
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/system/disk',
    access: administer,
    ...{ tag: 'system', summary: 'What is kept, for how long, and how much room there is for it' },
    answers: { 200: DiskUse },
    handle: async ({ sources }) => sources.looks.disk()
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/system/logs',
    access: administer,
    ...{
      tag: 'system',
      summary: 'What was logged lately, the newest first',
      description:
        'Of main and of the workers of live streams, since the start. Secrets were hidden when lines were made.'
    },
    query: LogQuery,
    answers: { 200: LogLines },
    handle: async ({ sources, query }) => sources.looks.logs(query)
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

const columns: readonly Column<AuditItem>[] = [
  ['n', entry => entry.n],
  ['time', entry => timeCell(entry.atMs)],
  ['atMs', entry => entry.atMs],
  ['actor', entry => entry.actor],
  ['action', entry => entry.action],
  ['subject', entry => entry.subject],
  ['detail', entry => JSON.stringify(entry.detail)]
]
