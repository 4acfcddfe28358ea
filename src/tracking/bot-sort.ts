import { ByteTracker, type ByteTrackOptions } from './byte-track.ts'
import type { PictureShift } from './tracker.ts'
import { WidthHeightFilter } from './width-height-filter.ts'

/**
 * BoT-SORT (Aharon et al. 2022, arXiv 2206.14651) without embeddings: ByteTrack with a filter over width and height
 * instead of aspect ratio and height, whose tracks move as the camera does where somebody says how (`FrameCues`).
 */
export class BotSortTracker extends ByteTracker {
  override readonly wantsCues = true

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: ByteTrackOptions) {
    super(options, new WidthHeightFilter())
  }

  protected override follow(motion: PictureShift): void {
    for (const slots of this.lists) this.shift(slots, motion)
  }
}
