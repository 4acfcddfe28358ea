import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_MPEG4,
  AV_CODEC_ID_PNG,
  AV_CODEC_ID_VP8,
  AV_CODEC_ID_VP9,
  AV_CODEC_ID_WEBP,
  type AVCodecID
} from 'node-av/constants'
import type { SourceCodec } from './sources/source.ts'

/** FFmpeg's numbers of the codecs that live sources may have. */
export const codecIds: Readonly<Record<SourceCodec, AVCodecID>> = {
  h264: AV_CODEC_ID_H264,
  hevc: AV_CODEC_ID_HEVC,
  mjpeg: AV_CODEC_ID_MJPEG,
  mpeg4: AV_CODEC_ID_MPEG4,
  vp8: AV_CODEC_ID_VP8,
  vp9: AV_CODEC_ID_VP9,
  av1: AV_CODEC_ID_AV1,
  png: AV_CODEC_ID_PNG,
  webp: AV_CODEC_ID_WEBP
}

export function sourceCodecOf(id: AVCodecID): SourceCodec | undefined {
  return (Object.keys(codecIds) as SourceCodec[]).find(codec => codecIds[codec] === id)
}
