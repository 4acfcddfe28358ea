import {
  ByLink,
  ByLinkAndName,
  ByLinkAndTrack,
  LinkSecret,
  SharedFrameQuery,
  SharedReport
} from '../../contract/api/share-link.ts'
import { EndedTrack } from '../../contract/api/track.ts'
import { Frame } from '../../contract/api/trajectory.ts'
import {
  sharedFile,
  sharedFrames,
  sharedReport,
  sharedSnapshot,
  sharedTracks,
  sharedVideo
} from '../resources/share-links.ts'
import { unknown } from '../resources/unknown.ts'
import { fileAnswers, sendAsset, sendFile } from './byte-answer.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'shared'
/** Of who has the link: everybody else is a stranger below its address (src/api/identity/share-readers.ts). */
const access = { area: 'recordings', need: 'view', stream: 'found' } as const
const path = '/api/v1/shared/:link'

/** `/api/v1/shared/:link`: one report, for who has a link to it. */
export function sharedRoutes(scope: RestScope): void {
  openLink(scope)
  addRoute(scope, {
    method: 'GET',
    path,
    access,
    ...{ tag, summary: 'The report that the link is to' },
    params: ByLink,
    tagged: true,
    answers: { 200: SharedReport },
    handle: ({ sources, principal, params }) => sharedReport(sources, principal, params.link)
  })
  addList(scope, {
    path: `${path}/tracks`,
    access,
    ...{ tag, summary: 'Its tracks, in the order in which they came' },
    params: ByLink,
    item: EndedTrack,
    page: ({ sources, principal, params, query }) => sharedTracks(sources, principal, params.link, query)
  })
  addList(scope, {
    path: `${path}/frames`,
    access,
    ...{ tag, summary: 'Its frames, each with the tracks that were in it' },
    params: ByLink,
    query: SharedFrameQuery,
    item: Frame,
    problems: [413],
    page: ({ sources, principal, params, query, signal }) =>
      sharedFrames(sources, principal, params.link, query, signal)
  })
  sharedFiles(scope)
}

function openLink(scope: RestScope): void {
  addRoute(scope, {
    method: 'POST',
    path,
    access: { open: true },
    ...{
      tag,
      summary: 'Open a link: the answer gives a browser a cookie',
      description: 'It is sent below this address alone. 404 for a link that has ended, or was revoked.'
    },
    params: ByLink,
    body: LinkSecret,
    answers: { 204: null },
    problems: [403],
    async handle({ sources, request, reply, params, body }) {
      const cookie = await sources.sharing.open(request.raw, params.link, body.secret)
      if (cookie === undefined) throw unknown('link', params.link)
      reply.headers({ 'set-cookie': cookie, 'cache-control': 'no-store' })
    }
  })
}

function sharedFiles(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: `${path}/video`,
    access,
    ...{ tag, summary: 'The recording itself, where it is kept' },
    params: ByLink,
    answers: fileAnswers('video/*', 'The video.'),
    problems: [416],
    async handle(call) {
      const { digest, title } = await sharedVideo(call.sources, call.principal, call.params.link)
      return sendAsset(call, digest, title)
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: `${path}/files/:name`,
    access,
    ...{ tag, summary: 'A file of the report' },
    params: ByLinkAndName,
    answers: fileAnswers('*/*', 'The file.'),
    problems: [416],
    async handle(call) {
      const { sources, principal, params } = call
      return sendFile(call, await sharedFile(sources, principal, params.link, params.name))
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: `${path}/tracks/:track/snapshot.jpg`,
    access,
    ...{ tag, summary: 'The best picture of a track, where one was kept' },
    params: ByLinkAndTrack,
    answers: fileAnswers('image/jpeg', 'The picture.'),
    problems: [416],
    async handle(call) {
      const { sources, principal, params } = call
      return sendAsset(call, await sharedSnapshot(sources, principal, params.link, params.track), `${params.track}.jpg`)
    }
  })
}
