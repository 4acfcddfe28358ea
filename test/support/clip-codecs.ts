import {
  AV_PIX_FMT_RGB8,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  FF_ENCODER_GIF,
  FF_ENCODER_LIBSVTAV1,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBVPX_VP9,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
  FF_ENCODER_MJPEG,
  FF_ENCODER_MPEG4,
  type FFEncoderCodec
} from 'node-av/constants'

process.env.SVT_LOG = '1' // The AV1 encoder talks on stderr by its own logger: errors only.

export type ClipCodec = 'h264' | 'h265' | 'vp8' | 'vp9' | 'av1' | 'mjpeg' | 'mpeg4' | 'gif'

export const encoders: Readonly<Record<ClipCodec, { name: FFEncoderCodec; options: Record<string, string> }>> = {
  h264: { name: FF_ENCODER_LIBX264, options: { preset: 'ultrafast', crf: '12' } },
  h265: { name: FF_ENCODER_LIBX265, options: { preset: 'ultrafast', crf: '12', 'x265-params': 'log-level=none' } },
  vp8: { name: FF_ENCODER_LIBVPX_VP8, options: { b: '4M', deadline: 'realtime', 'cpu-used': '8' } },
  vp9: { name: FF_ENCODER_LIBVPX_VP9, options: { b: '4M', deadline: 'realtime', 'cpu-used': '8' } },
  av1: { name: FF_ENCODER_LIBSVTAV1, options: { preset: '12', crf: '20' } },
  mjpeg: { name: FF_ENCODER_MJPEG, options: { b: '8M' } },
  mpeg4: { name: FF_ENCODER_MPEG4, options: { b: '4M' } },
  gif: { name: FF_ENCODER_GIF, options: {} }
}

/** 4:2:0 of H.264 and H.265 wants even sides: odd ones are kept in 4:4:4. */
export function pixelFormat(codec: ClipCodec, bits: 8 | 10, odd: boolean): AVPixelFormat {
  if (codec === 'gif') return AV_PIX_FMT_RGB8
  if (codec === 'mjpeg') return AV_PIX_FMT_YUVJ420P
  if (bits === 10) return AV_PIX_FMT_YUV420P10LE
  return odd && (codec === 'h264' || codec === 'h265') ? AV_PIX_FMT_YUV444P : AV_PIX_FMT_YUV420P // 4:2:0 there wants even sides.
}
