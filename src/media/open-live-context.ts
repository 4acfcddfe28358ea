import { AV_CODEC_FLAG_LOW_DELAY, FF_THREAD_SLICE } from 'node-av/constants'
import { Codec, CodecContext, Dictionary } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import type { HardwareUse } from './hardware-use.ts'
import { codecIds } from './source-codecs.ts'
import type { SourceCodec, SourceFormat } from './sources/source.ts'

/** A decoder that gives each picture as soon as it can. @throws SL_INPUT_CODEC_UNSUPPORTED */
export async function openLiveContext(
  format: SourceFormat,
  parts: { readonly maxPixels: number; readonly threads: number; readonly hardware?: HardwareUse }
): Promise<CodecContext> {
  const { codec: name, parameterSets } = format
  const { maxPixels, threads, hardware } = parts
  const codec = Codec.findDecoder(codecIds[name])
  if (!codec) throw unsupported(name, 'there is no decoder for it')
  const context = new CodecContext()
  context.allocContext3(codec)
  if (parameterSets.length > 0) context.extraData = parameterSets
  context.threadCount = threads
  context.threadType = FF_THREAD_SLICE // Threads by frame would hold back as many pictures.
  context.setFlags(AV_CODEC_FLAG_LOW_DELAY)
  hardware?.prepare(context)
  using options = Dictionary.fromObject({ max_pixels: String(maxPixels) })
  const code = await context.open2(codec, options)
  if (code >= 0) return context
  context.freeContext()
  if (hardware?.failed(code)) return openLiveContext(format, parts)
  throw unsupported(name, ffmpegReason(code))
}

function unsupported(codec: SourceCodec, why: string): SightlineError {
  return new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `${codec} cannot be decoded by this build: ${why}.`)
}
