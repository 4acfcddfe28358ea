import { Readable } from 'node:stream'
import { Server } from '@tus/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../access/principal.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { sendProblem } from '../problem.ts'
import { OneWriter } from './one-writer.ts'
import type { UploadBytes } from './upload-bytes.ts'
import { tooLarge, uploadsPath } from './upload-limits.ts'
import type { Uploads } from './uploads.ts'

/** What belongs to a request that the tus server works on. */
interface Asked {
  readonly principal: Principal
  /** Of an upload that this request makes. */
  made?: string
  failure?: unknown
}

/** For how long after that the next waits for it to be gone. Raise it for disks that take long to write what had come. */
const patienceMs = 10_000

/** Resumable uploads: tus 1.0.0 with creation, creation-with-upload, creation-defer-length, expiration and termination. */
export class TusDesk {
  readonly #uploads: Uploads
  readonly #writer: OneWriter
  readonly #asked = new WeakMap<object, Asked>()
  readonly #server: Server

  /**
   * @param letGoMs how long the request before may go on writing once another wants to, in milliseconds. Raise it for clients
   *   that send from several places; one whose connection died is kept waiting for as long
   */
  constructor(uploads: Uploads, bytes: UploadBytes, letGoMs = 200) {
    this.#uploads = uploads
    this.#writer = new OneWriter(letGoMs + patienceMs)
    this.#server = new Server({
      path: uploadsPath,
      datastore: bytes,
      locker: this.#writer,
      maxSize: () => (Number.isFinite(uploads.limits.maxBytes) ? uploads.limits.maxBytes : 0),
      lockDrainTimeout: letGoMs,
      relativeLocation: true,
      allowedOrigins: [],
      onUploadCreate: async (request, { id, size, metadata }) => {
        const asked = this.#asked.get(request)!
        const { filename, name, analyse, settings } = metadata ?? {}
        const announced = { id, name: filename ?? name, totalBytes: size ?? null, analyse: analyse !== 'no', settings }
        const upload = await uploads.begin(asked.principal, announced)
        asked.made = id
        return { metadata: { filename: upload.name } }
      },
      onUploadFinish: async (_, { id }) => {
        await uploads.complete(id)
        return {}
      },
      onResponseError: (request, error) => {
        const asked = this.#asked.get(request)
        if (asked) asked.failure = error
        return undefined
      }
    })
  }

  /** Answers a request of the protocol. @param id the upload's, where it names one @throws SL_RESOURCE_UNKNOWN, SL_… */
  async handle(request: FastifyRequest, reply: FastifyReply, principal: Principal, id?: string): Promise<FastifyReply> {
    if (id !== undefined) {
      const { state, totalBytes } = this.#uploads.mine(principal, id)
      if (request.method === 'DELETE') return this.#remove(reply, principal, id)
      if (state !== 'receiving') return arrived(request, reply, totalBytes ?? 0)
    }
    if (request.method === 'PATCH') this.#uploads.requireDisk()
    const asked: Asked = { principal }
    const response = await this.#server.handleWeb(this.#webRequest(request, asked, id))
    if (response.status >= 400) await this.#failed(asked, id, request.raw.destroyed && !request.raw.complete)
    const headers = [...response.headers].filter(([name]) => !/^access-control-|^content-length$/.test(name))
    reply.headers(Object.fromEntries(headers))
    if (response.status < 400) return reply.code(response.status).send()
    const [code, detail] = meaningOf(response.status, await response.text())
    return sendProblem(reply, response.status, code, detail)
  }

  /** Has the address of what was judged and nothing else: tus takes the end of an address, whatever it is, for the upload's id. */
  #webRequest({ raw }: FastifyRequest, asked: Asked, id: string | undefined): Request {
    const address = id === undefined ? uploadsPath : `${uploadsPath}/${encodeURIComponent(id)}`
    const headers = new Headers()
    for (const [name, value] of Object.entries(raw.headers)) if (typeof value === 'string') headers.set(name, value)
    const hasBody = raw.method === 'POST' || raw.method === 'PATCH'
    const request = new Request(new URL(address, 'http://uploads.invalid'), {
      method: raw.method ?? 'GET',
      headers,
      ...(hasBody && { body: Readable.toWeb(raw) as ReadableStream, duplex: 'half' })
    } as RequestInit)
    this.#asked.set(request, asked)
    return request
  }

  /** Throws what is ours to say; gives where tus says enough. */
  async #failed({ made, failure }: Asked, id: string | undefined, isGone: boolean): Promise<void> {
    // Its sender never heard of it, and cannot go on with it.
    if (made !== undefined) await this.#uploads.drop(made)
    if (id !== undefined) await this.#uploads.refuse(id, failure)
    if (failure instanceof SightlineError) throw failure
    const known = typeof failure === 'object' && failure !== null && 'status_code' in failure
    if (!known && failure !== undefined && !isGone) throw failure
    if (known && failure.status_code === 413) throw tooLarge(this.#uploads.limits.maxBytes)
  }

  async #remove(reply: FastifyReply, principal: Principal, id: string): Promise<FastifyReply> {
    const lock = this.#writer.newLock(id)
    await lock.lock(new AbortController().signal, () => undefined)
    try {
      await this.#uploads.remove(principal, id)
    } finally {
      await lock.unlock()
    }
    return reply.header('tus-resumable', '1.0.0').code(204).send()
  }
}

/** Whoever did not hear that all of it has arrived learns it; there is nothing to be added any more. */
function arrived({ method }: FastifyRequest, reply: FastifyReply, totalBytes: number): FastifyReply {
  reply.headers({ 'tus-resumable': '1.0.0', 'upload-offset': totalBytes, 'upload-length': totalBytes })
  if (method === 'HEAD') return reply.header('cache-control', 'no-store').code(200).send()
  return sendProblem(reply, 409, 'SL_UPLOAD_CONFLICT', 'All of this upload has arrived already.')
}

/** The protocol's refusals in our words: https://tus.io/protocols/resumable-upload#requests. */
function meaningOf(status: number, text: string): readonly [ErrorCode, string] {
  if (status === 404 || status === 410)
    return ['SL_RESOURCE_UNKNOWN', 'There is no such upload, or no more: begin it again.']
  if (status === 409) return ['SL_UPLOAD_CONFLICT', 'Less or more is here than you think: ask where to go on (HEAD).']
  if (status === 423) return ['SL_UPLOAD_CONFLICT', 'Another request sends this upload: try again.']
  if (status >= 500) return ['SL_INTERNAL', 'Something unforeseen happened.']
  return ['SL_REQUEST_INVALID', text.trim() || 'This is no request of tus 1.0.0.']
}
