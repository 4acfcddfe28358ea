import Type from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { Model, ModelName, PictureTrial, pictureLimits, RemoteModel, TrialPicture } from '../../contract/api/model.ts'
import { cancelPull, findModel, listModels, pullModel, tryOnPicture } from '../resources/models.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'models'
const look = { area: 'models', need: 'view', stream: 'none' } as const
const operate = { ...look, need: 'operate' } as const
const administer = { ...look, need: 'administer' } as const
/** In Base64, with what stands around it. */
const mostBytes = Math.ceil(pictureLimits.bytes / 3) * 4 + 1000

/** `/api/v1/models`: what can find things. */
export function modelRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/models',
    access: look,
    ...{ tag, summary: 'Models of the catalogue, and whether they are here; and those that servers run' },
    answers: { 200: Type.Object({ items: Type.Array(Model), remotes: Type.Array(RemoteModel) }, closed) },
    handle: ({ sources }) => listModels(sources)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/models/:name',
    access: look,
    ...{ tag, summary: 'A model of the catalogue' },
    params: ModelName,
    tagged: true,
    answers: { 200: Model },
    handle: ({ sources, params }) => findModel(sources, params.name)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/models/:name/pull',
    access: administer,
    ...{
      tag,
      summary: 'Have a model downloaded',
      description:
        'From where the catalogue says, and kept only if its checksum is right. The model says how far it is.'
    },
    params: ModelName,
    problems: [409],
    answers: { 202: Model },
    handle: ({ sources, principal, params }) => pullModel(sources, principal, params.name)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/models/:name/pull/cancel',
    access: administer,
    ...{
      tag,
      summary: 'Stop a model’s download',
      description: 'The next one goes on from there. One that has ended stays as it is.'
    },
    params: ModelName,
    answers: { 200: Model },
    handle: ({ sources, principal, params }) => cancelPull(sources, principal, params.name)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/models/:name/try',
    access: operate,
    ...{
      tag,
      summary: 'See what a model finds in a picture',
      description: 'One picture at a time, in a process of its own. Nothing of it is kept.'
    },
    params: ModelName,
    body: TrialPicture,
    mostBytes,
    problems: [409],
    answers: { 200: PictureTrial },
    handle: ({ sources, params, body, signal }) => tryOnPicture(sources, params.name, body, signal)
  })
}
