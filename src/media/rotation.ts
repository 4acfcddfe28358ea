import { AV_FRAME_DATA_DISPLAYMATRIX, AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants'
import type { CodecParameters, Frame } from 'node-av/lib'

/** Clockwise turn, in degrees, that brings a decoded picture upright. */
export type Rotation = 0 | 90 | 180 | 270

/**
 * The display matrix of ISO/IEC 14496-12 §8.3.2 (how phones say that they were held upright): nine 32-bit
 * fixed-point numbers `a b u c d v x y w`. Only quarter turns are honoured; mirroring is not a turn.
 */
export function displayRotation(parameters: CodecParameters): Rotation {
  return quarterTurn(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX))
}

/** The same of one decoded picture: FFmpeg turns Exif's orientation into such a matrix. */
export function pictureRotation(frame: Frame): Rotation {
  return quarterTurn(frame.getSideData(AV_FRAME_DATA_DISPLAYMATRIX))
}

function quarterTurn(matrix: Buffer | null): Rotation {
  if (!matrix || matrix.length < 36) return 0
  const a = matrix.readInt32LE(0)
  const b = matrix.readInt32LE(4)
  const degrees = Math.round((Math.atan2(b, a) * 180) / Math.PI)
  const quarter = (Math.round(degrees / 90) + 4) % 4
  return ([0, 90, 180, 270] as const)[quarter] ?? 0
}

/** FFmpeg's filters that turn a picture upright, as name and arguments; none where it already is. */
export const uprightFilters: Record<Rotation, readonly (readonly [FFFilterName, string | null])[]> = {
  0: [],
  90: [['transpose', 'dir=clock']],
  180: [
    ['hflip', null],
    ['vflip', null]
  ],
  270: [['transpose', 'dir=cclock']]
}

type FFFilterName = 'transpose' | 'hflip' | 'vflip'
