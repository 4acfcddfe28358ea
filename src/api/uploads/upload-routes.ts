import multipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import Type, { type TObject } from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { UploadId, UploadItem } from '../../contract/api/upload.ts'
import { onceHeaders, onlyOnce } from '../rest/once.ts'
import type { RestScope } from '../rest/rest-scope.ts'
import { addRoute } from '../rest/route.ts'
import { describedAnswers } from '../rest/route-answers.ts'
import { principalOf } from '../route-access.ts'
import { takeForm } from './multipart-desk.ts'
import { SentForm } from './sent-form.ts'
import type { TusDesk } from './tus-desk.ts'
import { uploadsPath } from './upload-limits.ts'
import type { Uploads } from './uploads.ts'

export interface UploadScope extends RestScope {
  /** @throws SL_STORE_UNAVAILABLE until they are open */
  readonly uploads: () => Uploads
  /** As `TusDesk` has it. */
  readonly letGoMs?: number
}

const tag = 'uploads'
const look = { area: 'jobs', need: 'view', stream: 'none' } as const
const send = { ...look, need: 'operate' } as const
const onePath = `${uploadsPath}/:id`
const refusals = [409, 412, 413, 415, 423, 507]

/** `/api/v1/uploads`: files that people send, resumable (tus) or as a form; each sees their own. */
export async function uploadRoutes({ server, sources, ...scoped }: UploadScope): Promise<void> {
  const { uploads } = scoped
  // Bodies of these routes are taken as they come, and nobody else's are.
  await server.register(async scope => {
    await scope.register(multipart)
    scope.addContentTypeParser('application/offset+octet-stream', (_request, _body, done) => done(null))
    sendingRoutes({ server: scope, sources, ...scoped })
    addRoute(
      { server: scope, sources },
      {
        method: 'GET',
        path: uploadsPath,
        access: look,
        ...{ tag, summary: 'What you have sent within a day, the newest first' },
        answers: { 200: Type.Object({ items: Type.Array(UploadItem) }, closed) },
        handle: async ({ principal }) => ({ items: await uploads().list(principal) })
      }
    )
    addRoute(
      { server: scope, sources },
      {
        method: 'GET',
        path: onePath,
        access: look,
        ...{ tag, summary: 'A file that you send, and what has become of it' },
        params: UploadId,
        tagged: true,
        answers: { 200: UploadItem },
        handle: ({ principal, params }) => uploads().item(principal, params.id)
      }
    )
  })
}

/** Loaded once somebody sends. */
async function openDesk(uploads: Uploads, letGoMs: number | undefined): Promise<TusDesk> {
  const [desk, bytes] = await Promise.all([import('./tus-desk.ts'), uploads.bytes()])
  return new desk.TusDesk(uploads, bytes, letGoMs)
}

type Named = FastifyRequest<{ Params: { id: string } }>

function sendingRoutes({ server: scope, sources, uploads, letGoMs }: UploadScope): void {
  let made: { readonly of: Uploads; readonly desk: Promise<TusDesk> } | undefined
  const desk = () => {
    const now = uploads()
    if (made?.of !== now) made = { of: now, desk: openDesk(now, letGoMs) }
    return made.desk
  }
  const config = { access: send, longBody: true, swagger: { exposeHeadRoute: true } } as const
  scope.route({
    method: 'POST',
    url: uploadsPath,
    config,
    schema: {
      ...described('postUploads', 'Send a file: begin a resumable upload (tus), or all of it as a form', {
        answers: { 201: UploadItem },
        headers: Type.Object(Object.fromEntries(onceHeaders))
      }),
      description:
        'Beside the file’s name, metadata of tus and fields of a form may say `analyse` (`no`: only kept) and `settings`: JSON with fields of `analysis` of the settings file. In a form they stand before the file. An `Idempotency-Key` is for forms; what is resumable says by itself what is here.'
    },
    async handler(request, reply) {
      const principal = principalOf(request)
      if (!request.isMultipart()) return (await desk()).handle(request, reply, principal)
      const form = new SentForm(request, uploads().limits.maxBytes)
      const take = async () => {
        const item = await takeForm(uploads(), principal, form)
        reply.code(201).header('location', `${uploadsPath}/${item.id}`)
        return item
      }
      return onlyOnce({ request, reply, principal, sources: sources() }, take, form)
    }
  })
  scope.route({
    method: 'OPTIONS',
    url: uploadsPath,
    config,
    schema: described('optionsUploads', 'What of tus is understood, and how large a file may be', {
      answers: { 204: null }
    }),
    handler: async (request, reply) => (await desk()).handle(request, reply, principalOf(request))
  })
  for (const [method, summary, status] of one)
    scope.route({
      method,
      url: onePath,
      // A file comes in many pieces.
      config: { ...config, ...(method === 'PATCH' && { rate: 'reads' as const }) },
      schema: described(`${method.toLowerCase()}UploadsById`, summary, {
        answers: { [status]: null },
        params: UploadId
      }),
      handler: async (request, reply) =>
        (await desk()).handle(request, reply, principalOf(request), (request as Named).params.id)
    })
}

const one = [
  ['HEAD', 'How much of an upload is here (tus)', 200],
  ['PATCH', 'Go on with an upload (tus)', 204],
  ['DELETE', 'Remove an upload: nothing of it is left, but for the job that was made of it', 204]
] as const

function described(
  operationId: string,
  summary: string,
  {
    answers,
    params,
    headers
  }: {
    readonly answers: Parameters<typeof describedAnswers>[0]['answers']
    readonly params?: typeof UploadId
    readonly headers?: TObject
  }
): object {
  const problems = headers ? [...refusals, 422] : refusals
  const response = describedAnswers({ answers, params, access: send, problems })
  return { operationId, summary, tags: [tag], ...(params && { params }), ...(headers && { headers }), response }
}
