import type { SourceCodec } from './sources/source.ts'

/** For people. */
export const codecNames: Readonly<Record<SourceCodec, string>> = {
  h264: 'H.264',
  hevc: 'H.265',
  mjpeg: 'motion JPEG',
  mpeg4: 'MPEG-4',
  vp8: 'VP8',
  vp9: 'VP9',
  av1: 'AV1',
  png: 'PNG pictures',
  webp: 'WebP pictures'
}
