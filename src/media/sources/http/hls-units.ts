import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorCode, SightlineError } from '../../../core/errors.ts'
import type { Reading, UnitReader } from '../reading-connection.ts'
import { RealTime } from '../real-time.ts'
import { type AccessUnit, isSameFormat } from '../source.ts'
import { chooseVariant, type HlsPlaylist, type HlsSegment, readPlaylist } from './hls-playlist.ts'
import { HlsSegments, type HlsUnit } from './hls-segment.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { readBody } from './read-body.ts'

type MediaPlaylist = Extract<HlsPlaylist, { kind: 'media' }>

/** Of several qualities the best one up to this is taken. Raise it to detect what is small, at the cost of decoding. */
const mostHeight = 1080
const mostPlaylistBytes = 1 << 20
const playlistMs = 10_000
/**
 * A live playlist is joined so many segments before its end. Three are usual; with two there is still one to play while
 * the next is made.
 */
const segmentsBehind = 2
/** Where more than this wait, we are too slow: all but the last ones are left out. */
const mostWaiting = 5
/** What may be wrong with one segment while others are good, beside what may pass. */
const passable: readonly ErrorCode[] = [
  'SL_INPUT_NOT_FOUND',
  'SL_INPUT_EMPTY',
  'SL_INPUT_NOT_VIDEO',
  'SL_INPUT_NO_VIDEO_STREAM',
  'SL_INPUT_UNREADABLE'
]
/** So many failures in a row are passed over; with one more it is the source that fails. */
const mostPassedOver = 4
/** A segment that comes late by this holds all further ones back: the next late one then stops nothing. */
const mostLateMs = 100
const shortestReloadMs = 500
const longestReloadMs = 10_000

/**
 * An HLS playlist (RFC 8216), live or complete, played in real time. The first answer is the playlist that was asked
 * for; if it names several qualities, one is chosen.
 */
export function hlsUnits(first: HttpAnswer, client: HttpClient): UnitReader {
  return async function* (reading: Reading): AsyncGenerator<AccessUnit> {
    const playlists = await HlsPlaylists.open(first, client, reading)
    using segments = new HlsSegments(client, reading)
    const realTime = new RealTime(reading.signal, mostLateMs)
    let format: AccessUnit['format']
    let passedOver: SightlineError[] = []
    for await (const segment of playlists.segments()) {
      try {
        for await (const unit of segments.units(await segments.fetch(segment), segment)) {
          if (!(await realTime.until(unit.dueMs))) return
          yield unitOf(unit, format)
          format = unit.format
          passedOver = []
        }
      } catch (error) {
        if (!isPassable(error) || passedOver.push(error) > mostPassedOver) throw error
      }
    }
    if (passedOver[0] && !format) throw passedOver[0]
  }
}

function unitOf({ data, isKey, shownMs, wallMs, format }: HlsUnit, before: AccessUnit['format']): AccessUnit {
  const isSame = before !== undefined && isSameFormat(before, format)
  return {
    ...{ data, isKey, sourceMs: shownMs, arrivedMs: performance.now() },
    ...(wallMs !== undefined && { wallMs }),
    ...(!isSame && { format })
  }
}

/** A live playlist's segments are taken away behind it, and servers make some that nobody can open. */
function isPassable(error: unknown): error is SightlineError {
  return error instanceof SightlineError && (error.retryable || passable.includes(error.code))
}

class HlsPlaylists {
  readonly #client: HttpClient
  readonly #reading: Reading
  readonly #url: URL
  readonly #first: MediaPlaylist

  private constructor(client: HttpClient, reading: Reading, url: URL, first: MediaPlaylist) {
    this.#client = client
    this.#reading = reading
    this.#url = url
    this.#first = first
  }

  static async open(answer: HttpAnswer, client: HttpClient, reading: Reading): Promise<HlsPlaylists> {
    const first = await readAnswer(answer, client, reading)
    if (first.kind === 'media') return new HlsPlaylists(client, reading, client.url, first)
    const chosen = chooseVariant(first.variants, mostHeight)
    if (!chosen) throw new SightlineError('SL_INPUT_NO_VIDEO_STREAM', `${client.title} has no pictures, only sound.`)
    const media = await readAnswer(await client.get(chosen.url, reading), client, reading)
    if (media.kind === 'media') return new HlsPlaylists(client, reading, chosen.url, media)
    throw new SightlineError('SL_INPUT_DAMAGED', `${client.title} has a list of playlists within another.`)
  }

  /** Each segment once, as they come; ends with a complete playlist. */
  async *segments(): AsyncGenerator<HlsSegment> {
    let playlist = this.#first
    let next: number | undefined
    let failures = 0
    for (;;) {
      const loadedMs = performance.now()
      const news = newSegments(playlist, next)
      for (const segment of news) {
        next = segment.number + 1
        yield segment
      }
      if (playlist.isComplete) return
      // RFC 8216 §6.3.4: a playlist that brought nothing new is asked for again in half the time.
      const waitMs = Math.min(
        Math.max(playlist.targetMs * (news.length > 0 ? 1 : 0.5), shortestReloadMs),
        longestReloadMs
      )
      const restMs = loadedMs + waitMs - performance.now()
      const { signal } = this.#reading
      if (restMs > 0) await pause(restMs, undefined, { signal })
      try {
        const again = await readAnswer(await this.#client.get(this.#url, { signal }), this.#client, this.#reading)
        if (again.kind === 'media') playlist = again
        failures = 0
      } catch (error) {
        if (!isPassable(error) || ++failures > mostPassedOver) throw error
      }
    }
  }
}

/** What is to be played of a playlist. `next` is the number after the last segment played. */
function newSegments({ segments, isComplete }: MediaPlaylist, next: number | undefined): readonly HlsSegment[] {
  const atEnd = segments.slice(-segmentsBehind)
  if (next === undefined) return isComplete ? segments : atEnd
  const last = segments.at(-1)?.number ?? next - 1
  // Numbers that run far back are those of a server that began anew; a little, those of a cache with an older playlist.
  if (last < next - mostWaiting) return atEnd
  const waiting = segments.filter(({ number }) => number >= next)
  return waiting.length > mostWaiting && !isComplete ? atEnd : waiting
}

async function readAnswer(answer: HttpAnswer, client: HttpClient, reading: Reading): Promise<HlsPlaylist> {
  const { title } = client
  const { signal, count } = reading
  const body = await readBody(answer, { title, mostBytes: mostPlaylistBytes, withinMs: playlistMs, signal })
  count(body.length)
  return readPlaylist(body.toString(), title, reference => client.resolve(reference, answer.url))
}
