import { codecNames } from '../../codec-names.ts'
import { defaultMaxPixels } from '../../video.ts'
import { ReadingConnection, type UnitReader } from '../reading-connection.ts'
import type { Dialler, SourceConnection, VideoSource } from '../source.ts'
import { type HttpAnswer, HttpClient } from './http-client.ts'
import { imageUnits } from './image-units.ts'
import { openMjpeg } from './mjpeg-connection.ts'
import { usualReadingThreads } from './reading-threads.ts'

/** What is behind an http:// address. */
export const httpKinds = ['mjpeg', 'hls', 'progressive', 'image'] as const
export type HttpKind = (typeof httpKinds)[number]

export interface HttpSourceOptions {
  readonly dialler: Dialler
  /** Left out, the server's answer says it. */
  readonly kind?: HttpKind
  /** Of an image that is asked for time and again: from one question to the next. */
  readonly intervalMs?: number
  /** How many sources of this process may hold a thread of its pool each. */
  readonly readingThreads?: number
  /** Larger pictures are refused. */
  readonly maxPixels?: number
}

const usualIntervalMs = 1000

/**
 * Pictures over HTTP, in whatever form: motion JPEG, HLS, a container that goes on and on, or one image polled. Whoever only
 * asks whether an address makes sense loads no FFmpeg, which takes 40 MB.
 */
export class HttpSource implements VideoSource {
  readonly title: string
  readonly #client: HttpClient
  readonly #options: HttpSourceOptions

  /** @throws SL_OPTION_INVALID for an address that is none */
  constructor(address: string, options: HttpSourceOptions) {
    this.#client = new HttpClient(address, options.dialler)
    this.#options = options
    this.title = this.#client.title
  }

  async connect(signal: AbortSignal): Promise<SourceConnection> {
    const client = this.#client
    const {
      intervalMs = usualIntervalMs,
      maxPixels = defaultMaxPixels,
      readingThreads = usualReadingThreads
    } = this.#options
    const answer = await client.get(client.url, { signal })
    const kind = this.#options.kind ?? kindOf(answer)
    switch (kind) {
      case 'mjpeg':
        return openMjpeg(answer, client)
      case 'hls': {
        const { hlsUnits } = await import('./hls-units.ts')
        return this.#read(answer, 'HLS', hlsUnits(answer, client), signal)
      }
      case 'image':
        return this.#read(answer, 'polled', imageUnits(answer, client, { intervalMs, maxPixels }), signal)
      case 'progressive': {
        const { progressiveUnits } = await import('./progressive-units.ts')
        return this.#read(answer, 'HTTP', progressiveUnits(answer, client, readingThreads), signal)
      }
    }
  }

  async answers(signal: AbortSignal): Promise<boolean> {
    const { protocol, hostname, port } = this.#client.url
    const tls = protocol === 'https:'
    const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (tls ? 443 : 80), tls }
    try {
      const socket = await this.#options.dialler.dial(target, signal)
      socket.on('error', () => undefined).destroy()
      return true
    } catch {
      return false
    }
  }

  async #read({ message }: HttpAnswer, name: string, read: UnitReader, signal: AbortSignal): Promise<SourceConnection> {
    try {
      const describe = ({ codec }: { readonly codec: keyof typeof codecNames }) => `${name}, ${codecNames[codec]}`
      return await ReadingConnection.open(read, { title: this.title, describe, signal })
    } catch (error) {
      message.destroy()
      throw error
    }
  }
}

const playlistType = /^(application|audio)\/(vnd\.apple\.mpegurl|x-mpegurl|mpegurl)/i
const bareTypes = new Set(['', 'application/octet-stream', 'binary/octet-stream', 'text/plain'])

/** By what the server calls it; by its name where the server has no word for it. */
function kindOf({ message, url }: HttpAnswer): HttpKind {
  const type = message.headers['content-type'] ?? ''
  if (/^multipart\//i.test(type)) return 'mjpeg'
  if (playlistType.test(type) || /\.m3u8?$/i.test(url.pathname)) return 'hls'
  const isBare = bareTypes.has(type.split(';')[0]!.trim().toLowerCase())
  if (/^image\//i.test(type) || (isBare && /\.(jpe?g|png|webp)$/i.test(url.pathname))) return 'image'
  return 'progressive'
}
