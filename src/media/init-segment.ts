import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants'
import { Dictionary, FormatContext, IOContext, Rational } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import { ticksPerSecond } from './fragment-bytes.ts'
import { sampleFormOf } from './sample-form.ts'
import { codecIds } from './source-codecs.ts'
import type { SourceCodec } from './sources/source.ts'

/** What a browser has to know before the first picture. */
export interface InitSegment {
  /** With the codec's parameters, as `MediaSource.isTypeSupported` wants it. */
  readonly mime: string
  readonly data: Buffer
}

export interface InitFacts {
  readonly codec: SourceCodec
  /** Parameter sets as the codec's `SampleForm` gives them. */
  readonly header: Buffer
  readonly width: number
  readonly height: number
}

const bufferBytes = 4096

/** Heads that were made: every viewer of a stream needs the same, and each one made costs 5 KB that node-av 6.1.1 never frees. */
const known = new Map<string, Promise<InitSegment>>()
const mostKnown = 64

/**
 * The head of an endless file, written by FFmpeg, which knows how each codec is described. MP4 tracks and WebM tracks have
 * the number 1. @throws SL_INPUT_CODEC_UNSUPPORTED where browsers take no such codec, or its parameters are damaged
 */
export function initSegment(facts: InitFacts): Promise<InitSegment> {
  const { codec, header, width, height } = facts
  const key = `${codec} ${width}x${height} ${header.toString('base64')}`
  const segment = known.get(key) ?? makeSegment(facts)
  known.delete(key) // Moves to the young end.
  known.set(key, segment)
  segment.catch(() => known.delete(key))
  if (known.size > mostKnown) known.delete(known.keys().next().value!)
  return segment
}

async function makeSegment({ codec, header, width, height }: InitFacts): Promise<InitSegment> {
  const form = sampleFormOf(codec)
  if (!form) throw unsupported(codec, 'browsers take it in no container')
  const parts: Buffer[] = []
  using io = new IOContext()
  io.allocContextWithCallbacks(bufferBytes, 1, null, bytes => {
    parts.push(Buffer.from(bytes))
    return bytes.length
  })
  const muxer = new FormatContext()
  using _ = {
    [Symbol.dispose]() {
      muxer.pb = null // It would free what is ours.
      muxer.freeContext()
    }
  }
  check(muxer.allocOutputContext2(null, form.container, null), codec)
  muxer.pb = io
  const stream = muxer.newStream(null)
  const { codecpar } = stream
  codecpar.codecType = AVMEDIA_TYPE_VIDEO
  codecpar.codecId = codecIds[codec]
  codecpar.width = width
  codecpar.height = height
  if (header.length > 0) codecpar.extradata = header
  if (form.tag) codecpar.codecTag = form.tag
  stream.timeBase = new Rational(1, ticksPerSecond[form.container])
  using options = Dictionary.fromObject(
    form.container === 'mp4' ? { movflags: 'frag_custom+empty_moov+default_base_moof' } : { live: '1' }
  )
  check(await muxer.writeHeader(options), codec)
  await io.flush()
  const codecs = codecpar.getCodecString() ?? codec
  return { mime: `video/${form.container}; codecs="${codecs}"`, data: Buffer.concat(parts) }
}

function check(code: number, codec: SourceCodec): void {
  if (code < 0) throw unsupported(codec, ffmpegReason(code))
}

function unsupported(codec: SourceCodec, why: string): SightlineError {
  return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${codec} cannot be shown in a browser's player: ${why}.`)
}
