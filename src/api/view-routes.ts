import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import Value from 'typebox/value'
import type { GuardedRule } from '../access/access-rule.ts'
import { StreamName } from '../contract/api/stream.ts'
import { Name } from '../contract/geometry.ts'
import { SightlineError } from '../core/errors.ts'
import type { PictureRequest } from '../live/stream-feed.ts'
import type { StreamViews } from '../live/views/stream-views.ts'
import { sendProblem } from './problem.ts'
import type { Refusals } from './refusals.ts'
import { described } from './rest/route-schema.ts'
import { type WebSocketCounts, webSocketRoute } from './web-sockets.ts'

export interface ViewRoutes {
  readonly views: Pick<StreamViews, 'admit' | 'mjpeg' | 'multipartType' | 'snapshot' | 'video'>
  readonly refusals: Refusals
}

const access: GuardedRule = { area: 'live', need: 'view', stream: 'each' }

const Query = Type.Object({
  boxes: Type.Optional(Type.Union([Type.Literal('0'), Type.Literal('1')])),
  width: Type.Optional(Type.String({ pattern: '^[0-9]{2,4}$' })),
  fps: Type.Optional(Type.String({ pattern: '^([1-9]|[12][0-9]|30|0\\.[1-9])$' }))
})

const documented = {
  snapshot: {
    path: '/api/v1/streams/:stream/snapshot.jpg',
    summary: 'The newest picture of a live stream',
    answers: { 200: { description: 'The picture.', content: { 'image/jpeg': undefined } } }
  },
  mjpeg: {
    path: '/api/v1/streams/:stream/mjpeg',
    summary: 'Pictures of a live stream, as they come',
    answers: {
      200: { description: 'One picture after the other.', content: { 'multipart/x-mixed-replace': undefined } }
    }
  }
}

const defaultFps = 5
/** Of single pictures: whoever asks more often gets the same again. */
const snapshotFps = 10
const retryAfterSeconds = 2
/** Answers wait behind the pictures that a slow viewer has yet to take. */
const pingMs = 60_000
/** Viewers have nothing to say. */
const mostMessageBytes = 1024
const videoPath = /^\/api\/v1\/streams\/(?<stream>[^/]+)\/video$/

/**
 * The ways to see a stream that need no more than HTTP. `/api/v1/streams/{id}/video` (WebSocket; `contract/video-view.ts` says
 * what comes), `/api/v1/streams/{id}/mjpeg?fps=&width=&boxes=`, `/api/v1/streams/{id}/snapshot.jpg?boxes=1&width=`.
 */
export function viewRoutes(server: FastifyInstance, { views, refusals }: ViewRoutes): WebSocketCounts {
  const counted = (door: 'mjpeg' | 'snapshot') => ({
    config: { access },
    onSend: refusals.countedAs(door),
    ...described({ ...documented[door], method: 'GET', access, tag: 'streams', params: StreamName, query: Query })
  })
  server.get(documented.snapshot.path, counted('snapshot'), (request: PictureCall, reply) =>
    answered(reply, async () => {
      const { picture, headers } = await views.snapshot(streamOf(request), pictureRequest(request, snapshotFps))
      return reply.headers(headers).header('cache-control', 'no-store').type('image/jpeg').send(picture.jpeg)
    })
  )

  server.get(documented.mjpeg.path, counted('mjpeg'), (request: PictureCall, reply) =>
    answered(reply, async () => {
      const stream = streamOf(request)
      const wanted = pictureRequest(request, defaultFps)
      views.admit(stream, wanted)
      const gone = new AbortController()
      reply.raw.on('close', () => gone.abort())
      const body = views.mjpeg(stream, wanted, gone.signal, () => reply.raw.destroy())
      // A mark of 1: the next picture is asked for once the one before it is on its way.
      const readable = Readable.from(body, { objectMode: false, highWaterMark: 1 })
      return reply.header('cache-control', 'no-store').type(views.multipartType).send(readable)
    })
  )

  return webSocketRoute(server, {
    path: videoPath,
    rule: access,
    maxBytes: mostMessageBytes,
    maxFragments: 1,
    pingMs,
    open(socket, { url = '' }) {
      const { stream = '' } = videoPath.exec(url.split('?', 1)[0]!)?.groups ?? {}
      const gone = new AbortController()
      void views.video(stream, socket, gone.signal)
      return { closed: () => gone.abort() }
    }
  })
}

type PictureCall = FastifyRequest<{ Params: { stream: string } }>

/** @throws SL_STREAM_UNKNOWN */
function streamOf({ params: { stream } }: PictureCall): string {
  if (Value.Check(Name, stream)) return stream
  throw new SightlineError('SL_STREAM_UNKNOWN', 'No stream can have that name.')
}

/** @throws SL_REQUEST_INVALID */
function pictureRequest({ query }: FastifyRequest, defaultRate: number): PictureRequest {
  if (!Value.Check(Query, query))
    throw Object.assign(new Error('fps is 0.1 to 30, width 16 to 9999 pixels, boxes 0 or 1.'), { statusCode: 400 })
  const { boxes, width, fps } = query
  const maxWidth = width === undefined ? undefined : Math.max(16, Number(width))
  return { boxes: boxes === '1', maxFps: fps === undefined ? defaultRate : Number(fps), ...(maxWidth && { maxWidth }) }
}

/** Dark is a state that passes, whereas for a page it looks like a fault of the server. */
async function answered(reply: FastifyReply, handle: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await handle()
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error
    if (error.code !== 'SL_STREAM_DARK' && error.code !== 'SL_VIEW_LIMIT') throw error
    return sendProblem(reply.header('retry-after', retryAfterSeconds), 503, error.code, error.message)
  }
}
