import Type from 'typebox'
import { Settings } from '../../config/settings.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

/** What a settings file may say, for editors that know JSON Schema; lists of fixed length are as draft 7 has them. */
const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'sightline.yaml', ...Settings }

/** `/api/v1/config`: how settings files are written. */
export function configRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/config/schema.json',
    access: { area: 'settings', need: 'view', stream: 'none' },
    ...{ tag: 'settings', summary: 'The JSON Schema of the settings file' },
    tagged: true,
    answers: { 200: Type.Record(Type.String(), Type.Unknown()) },
    handle: async () => schema
  })
}
