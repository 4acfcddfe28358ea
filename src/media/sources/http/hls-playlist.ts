import { parse, setOptions, type types } from 'hls-parser'
import { SightlineError } from '../../../core/errors.ts'

/** Bytes at an address, or a part of them. */
export interface HlsPart {
  readonly url: URL
  readonly range: { readonly offset: number; readonly length: number } | undefined
}

export interface HlsSegment extends HlsPart {
  /** Grows by one from segment to segment. */
  readonly number: number
  readonly durationMs: number
  /** What goes before a fragmented MP4's segments. */
  readonly start: HlsPart | undefined
  readonly key: HlsKey | undefined
  /** When it was taken, in epoch milliseconds, where the playlist says. */
  readonly wallMs: number | undefined
}

/** AES-128-CBC (RFC 8216 §4.3.2.4). */
export interface HlsKey {
  readonly url: URL
  readonly iv: Buffer
}

export interface HlsVariant {
  readonly url: URL
  readonly bitsPerSecond: number
  readonly height: number | undefined
}

export type HlsPlaylist =
  | { readonly kind: 'master'; readonly variants: readonly HlsVariant[] }
  | {
      readonly kind: 'media'
      readonly segments: readonly HlsSegment[]
      readonly targetMs: number
      /** Nothing more will come. */
      readonly isComplete: boolean
    }

/** The parser's own: what a playlist does wrong is looked at here, as far as it matters. */
setOptions({ strictMode: false, silent: true })

/** RFC 8216. `resolve` checks an address that the playlist gives. Throws SL_INPUT_DAMAGED, SL_INPUT_CODEC_UNSUPPORTED. */
export function readPlaylist(text: string, title: string, resolve: (reference: string) => URL): HlsPlaylist {
  const damaged = (what: string, cause?: unknown) =>
    new SightlineError('SL_INPUT_DAMAGED', `${title} ${what}.`, { cause, retryable: true })
  if (!text.trimStart().startsWith('#EXTM3U')) throw damaged('is no HLS playlist')
  let playlist: types.MasterPlaylist | types.MediaPlaylist
  try {
    playlist = parse(text)
  } catch (cause) {
    throw damaged('has a playlist that nobody can read', cause)
  }
  if (playlist.isMasterPlaylist) return { kind: 'master', variants: variantsOf(playlist, resolve) }
  if (!(playlist.targetDuration > 0)) throw damaged('has a playlist that does not say how long its segments are')
  return {
    kind: 'media',
    segments: [...segmentsOf(playlist, title, resolve)],
    targetMs: playlist.targetDuration * 1000,
    isComplete: playlist.endlist
  }
}

/** The largest picture up to `mostHeight` lines; the smallest where all are larger. Undefined where none is a picture. */
export function chooseVariant(variants: readonly HlsVariant[], mostHeight: number): HlsVariant | undefined {
  const sorted = variants.toSorted((a, b) => (a.height ?? 0) - (b.height ?? 0) || a.bitsPerSecond - b.bitsPerSecond)
  return sorted.findLast(({ height = 0 }) => height <= mostHeight) ?? sorted[0]
}

function variantsOf({ variants }: types.MasterPlaylist, resolve: (reference: string) => URL): HlsVariant[] {
  return variants
    .filter(({ isIFrameOnly, codecs, resolution }) => !isIFrameOnly && (resolution || !isSound(codecs)))
    .map(({ uri, bandwidth, resolution }) => ({
      url: resolve(uri),
      bitsPerSecond: bandwidth,
      height: resolution?.height
    }))
}

function isSound(codecs = ''): boolean {
  return codecs !== '' && codecs.split(',').every(codec => /^\s*(mp4a|ac-3|ec-3|opus|flac)/i.test(codec))
}

function* segmentsOf(
  { segments }: types.MediaPlaylist,
  title: string,
  resolve: (reference: string) => URL
): Generator<HlsSegment> {
  let wallMs: number | undefined
  for (const { uri, mediaSequenceNumber: number, duration, byterange, map, key, programDateTime, gap } of segments) {
    const said = programDateTime?.getTime()
    if (said !== undefined && Number.isFinite(said)) wallMs = said
    const durationMs = duration > 0 ? duration * 1000 : 0
    if (uri && !gap)
      yield {
        url: resolve(uri),
        range: byterange,
        number,
        durationMs,
        start: map?.uri ? { url: resolve(map.uri), range: map.byterange } : undefined,
        key: keyOf(key, number, title, resolve),
        wallMs
      }
    if (wallMs !== undefined) wallMs += durationMs
  }
}

function keyOf(
  key: types.Key | null | undefined,
  number: number,
  title: string,
  resolve: (reference: string) => URL
): HlsKey | undefined {
  if (!key || key.method === 'NONE') return undefined
  if (key.method !== 'AES-128' || !key.uri)
    throw new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${title} is protected by ${key.method}, not by AES-128.`)
  const iv = Buffer.alloc(16)
  if (key.iv?.byteLength === iv.length) Buffer.from(key.iv).copy(iv)
  else iv.writeBigUInt64BE(BigInt(number), 8)
  return { url: resolve(key.uri), iv }
}
