import type { FastifyReply } from 'fastify'
import { SettingList as List, type SettingList, SettingsChanged, SettingsQuery } from '../../contract/api/setting.ts'
import { changeSettings, listSettings } from '../resources/settings.ts'
import { tagOf } from './entity-tag.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'
import { SettingsPatch } from './setting-forms.ts'

const tag = 'settings'
/** Lists of a thousand names have room. */
const mostBytes = 1024 * 1024
const administer = { area: 'settings', need: 'administer', stream: 'none' } as const

/** `/api/v1/settings`: what holds, who says so, and what is to be otherwise. */
export function settingRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/settings',
    access: administer,
    ...{ tag, summary: 'Every setting as it holds, and who says so', description: 'Without secrets.' },
    tagged: true,
    answers: { 200: List },
    handle: async ({ sources }) => listSettings(sources)
  })
  addRoute(scope, {
    method: 'PATCH',
    path: '/api/v1/settings',
    access: administer,
    ...{
      tag,
      summary: 'Change what is taken over while it runs',
      description:
        'As the settings file has it; what is left out stays, and null makes it as usual. It holds at once, until the file says something else of it than now. What is given as the file has it is the file’s again. The file is never written.'
    },
    query: SettingsQuery,
    body: SettingsPatch,
    mostBytes,
    answers: { 200: SettingsChanged },
    problems: [409],
    now: async ({ sources }) => listSettings(sources),
    async handle({ sources, principal, query, body, reply }) {
      const changed = await changeSettings(sources, principal, body, query.check ?? false)
      tagNow(reply, listSettings(sources))
      return changed
    }
  })
}

/** For the next change. */
function tagNow(reply: FastifyReply, settings: SettingList): void {
  reply.headers({ etag: tagOf(JSON.stringify(settings)), 'cache-control': 'no-store' })
}
