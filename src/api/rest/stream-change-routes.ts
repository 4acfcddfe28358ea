import type { FastifyReply } from 'fastify'
import { judge } from '../../access/access-rule.ts'
import type { Principal } from '../../access/principal.ts'
import { StreamName } from '../../contract/api/stream.ts'
import {
  addStream,
  changeStream,
  type DetailedStream,
  definitionOf,
  findStreamDetail,
  pauseStream,
  removeStream,
  resumeStream
} from '../resources/stream-changes.ts'
import { tagOf } from './entity-tag.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'
import { NewStream, StreamChange, StreamDetail } from './stream-forms.ts'

const tag = 'streams'
const operate = { area: 'streams', need: 'operate', stream: 'each' } as const

/** One stream: as it is, and how it is to be otherwise. */
export function streamChangeRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/streams/:stream',
    access: { area: 'streams', need: 'view', stream: 'each' },
    ...{
      tag,
      summary: 'A stream as it is now, and as it is to be',
      description:
        'Its `ETag` is of how it is to be, for `If-Match`; how it is now changes all the time. Addresses are shown without passwords.'
    },
    params: StreamName,
    answers: { 200: StreamDetail },
    handle: async call => tagged(call, await findStreamDetail(call.sources, call.params.stream))
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/streams',
    access: { ...operate, stream: 'none' },
    ...{
      tag,
      summary: 'Add a stream',
      description: 'Whoever adds it may operate it. It is there again after a restart. Files of the server are refused.'
    },
    body: NewStream,
    once: true,
    answers: { 201: StreamDetail },
    problems: [409],
    async handle({ sources, principal, body, reply }) {
      reply.header('location', `/api/v1/streams/${body.name}`)
      const added = await addStream(sources, principal, body)
      // They may do so from now on.
      return { ...tagged({ principal, reply }, added), mayOperate: true }
    }
  })
  addRoute(scope, {
    method: 'PATCH',
    path: '/api/v1/streams/:stream',
    access: operate,
    ...{
      tag,
      summary: 'Change a stream',
      description:
        'What is left out stays, passwords of addresses too; null makes it as usual again. Of a stream of the settings file it holds until its entry there is changed.'
    },
    params: StreamName,
    body: StreamChange,
    answers: { 200: StreamDetail },
    now: async ({ sources, params }) => definitionOf(await findStreamDetail(sources, params.stream)),
    handle: async ({ sources, principal, params, body, reply }, seen) =>
      tagged({ principal, reply }, await changeStream(sources, principal, params.stream, body, seen))
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/streams/:stream',
    access: operate,
    ...{
      tag,
      summary: 'Remove a stream',
      description: 'What it found stays until retention takes it. One of the settings file is taken out there (409).'
    },
    params: StreamName,
    answers: { 204: null },
    problems: [409],
    now: async ({ sources, params }) => definitionOf(await findStreamDetail(sources, params.stream)),
    handle: ({ sources, principal, params }) => removeStream(sources, principal, params.stream)
  })
  for (const { verb, act, summary } of [
    { verb: 'pause', act: pauseStream, summary: 'Have a stream fetch nothing until it is resumed' },
    { verb: 'resume', act: resumeStream, summary: 'Go on with a stream, or try at once one whose source failed' }
  ])
    addRoute(scope, {
      method: 'POST',
      path: `/api/v1/streams/:stream/${verb}`,
      access: operate,
      ...{ tag, summary },
      params: StreamName,
      answers: { 200: StreamDetail },
      handle: async ({ sources, principal, params, reply }) =>
        tagged({ principal, reply }, await act(sources, principal, params.stream))
    })
}

interface Asked {
  readonly principal: Principal
  readonly reply: FastifyReply
}

function tagged({ principal, reply }: Asked, stream: DetailedStream): StreamDetail {
  reply.headers({ etag: tagOf(JSON.stringify(definitionOf(stream))), 'cache-control': 'no-store' })
  return { ...stream, mayOperate: judge(operate, principal, stream.name) === 'pass' } as StreamDetail
}
