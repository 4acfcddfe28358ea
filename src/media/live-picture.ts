import type { VideoFrame } from './frame.ts'
import type { AccessUnit } from './sources/source.ts'

/** A decoded frame, with what its unit said about itself. The receiver disposes of `frame`. */
export interface LivePicture {
  readonly frame: VideoFrame
  readonly unit: Pick<AccessUnit, 'arrivedMs' | 'isKey' | 'rtpTimestamp' | 'sourceMs' | 'wallMs'>
}

/** Those that are not taken any more are disposed of. */
export function* handedOut(pictures: readonly LivePicture[]): Generator<LivePicture> {
  let taken = 0
  try {
    for (; taken < pictures.length; ) yield pictures[taken++]!
  } finally {
    for (const { frame } of pictures.slice(taken)) frame[Symbol.dispose]()
  }
}
