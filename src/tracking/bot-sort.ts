import { ByteTracker, type ByteTrackOptions } from './byte-track.ts'
import { WidthHeightFilter } from './width-height-filter.ts'

/**
 * BoT-SORT (Aharon et al. 2022, arXiv 2206.14651) without embeddings: ByteTrack with a filter over width and height
 * instead of aspect ratio and height.
 */
export class BotSortTracker extends ByteTracker {
  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: ByteTrackOptions) {
    super(options, new WidthHeightFilter())
  }
}
