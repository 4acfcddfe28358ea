import type { FastifyReply } from 'fastify'
import { SightlineError } from '../../core/errors.ts'
import type { ByteRange } from '../../store/blobs/blob-store.ts'
import { known } from '../resources/unknown.ts'
import { matchingTag } from './entity-tag.ts'
import type { Call } from './route.ts'
import type { AnswerForm } from './route-answers.ts'

export interface ServedFile {
  readonly digest: string
  readonly bytes: number
  readonly contentType: string
  /** What a browser saves it as. */
  readonly name: string
}

/** What a browser may show by itself; all else is saved. Nothing that could run. */
const shown = /^(video\/|audio\/|image\/(jpeg|png|webp|gif)$|application\/json$|text\/csv$)/

/** For declarations of routes that send files. */
export function fileAnswers(type: string, description: string): Readonly<Record<number, AnswerForm>> {
  const content = { [type]: undefined }
  const headers = { ETag: 'The SHA-256 of the whole file.', 'Accept-Ranges': '`bytes`' }
  return {
    200: { description, content, headers },
    206: { description: 'The bytes that were asked for.', content, headers: { ...headers, 'Content-Range': 'Which.' } },
    304: null
  }
}

/** The same of what is known by its digest alone. @throws SL_RESOURCE_UNKNOWN where it is not kept any more */
export async function sendAsset(
  call: Pick<Call, 'request' | 'reply' | 'sources'>,
  digest: string,
  name: string
): Promise<FastifyReply> {
  const facts = known(await call.sources.files.facts(digest), 'file', name)
  return sendFile(call, { ...facts, name })
}

/** Sends a file, or the part of it that was asked for (RFC 9110 §14). One part only: a flood of parts is refused. */
export async function sendFile(
  { request, reply, sources }: Pick<Call, 'request' | 'reply' | 'sources'>,
  { digest, bytes, contentType, name }: ServedFile
): Promise<FastifyReply> {
  const etag = `"${digest}"`
  const safeName = name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 120)
  const disposition = shown.test(contentType) ? 'inline' : 'attachment'
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `${disposition}; filename="${safeName}"`,
    'content-security-policy': "default-src 'none'; media-src 'self'; img-src 'self'; sandbox"
  })
  if (matchingTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  const ifRange = request.headers['if-range']
  const range = ifRange === undefined || ifRange === etag ? rangeOf(request.headers.range, bytes) : undefined
  if (range === 'none') {
    reply.header('content-range', `bytes */${bytes}`)
    throw new SightlineError('SL_BLOB_RANGE', `The file has ${bytes} bytes, and one part of them can be had at a time.`)
  }
  const opened = await sources.files.open(digest, range)
  const { first, last, stream } = opened
  reply.type(shown.test(contentType) ? contentType : 'application/octet-stream')
  reply.header('content-length', last - first + 1)
  if (range) reply.code(206).header('content-range', `bytes ${first}-${last}/${bytes}`)
  if (request.method === 'HEAD') {
    stream.destroy()
    return reply.send()
  }
  reply.raw.setTimeout(idleMs, () => reply.raw.destroy())
  return reply.send(stream)
}

/** Whoever takes nothing for so long is cut off. */
const idleMs = 60_000

/** Undefined where the whole is asked for, also by what is no range; `none` for what the file has not. */
function rangeOf(header: string | undefined, bytes: number): ByteRange | 'none' | undefined {
  if (header === undefined || !/^bytes=/i.test(header)) return undefined
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header.slice(0, 64))
  if (!match) return 'none'
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return 'none'
  if (from === '') {
    const length = Math.min(Number(to), bytes)
    return length === 0 ? 'none' : { first: bytes - length, last: bytes - 1 }
  }
  const first = Number(from)
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1)
  return first > last ? 'none' : { first, last }
}
