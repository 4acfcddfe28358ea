import { AV_LOG_QUIET, AVERROR_EAGAIN, AVERROR_EIO, AVERROR_EOF } from 'node-av/constants'
import { FFmpegError, Log } from 'node-av/lib'

// FFmpeg writes to the process's standard error by itself; what matters reaches people as our own sentences.
Log.setLevel(AV_LOG_QUIET)

/** The decoder or encoder wants more input before it gives anything. */
export const again: number = AVERROR_EAGAIN
export const endOfFile: number = AVERROR_EOF
export const ioError: number = AVERROR_EIO

/** FFmpeg's own words for a negative return code. */
export function ffmpegReason(code: number): string {
  return FFmpegError.strerror(code)
}

/**
 * Demuxers that may open a recording, by FFmpeg's names. Playlists and scripts (hls, dash, concat, …) are
 * left out: they make FFmpeg open further addresses of their author's choice.
 */
export const allowedFormats =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,gif,flv,ogg,asf,ivf,h264,hevc,av1,obu,m4v,mjpeg'

/** Demuxers that may open a single picture. */
export const allowedPictureFormats = 'image2,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif,mjpeg'
