import type { StateMessage } from '../../../src/contract/live.ts'
import type { ViewReadings } from '../live/live-view.ts'
import { streams } from '../strings/streams.ts'

/** By which way a picture comes, and how late: `WebRTC · 1280 × 720 · 48 ms behind · …`. */
export function readingsText(
  { way, behindMs, boxesMs, heldMs }: ViewReadings,
  state: Pick<StateMessage, 'width' | 'height'> | undefined
): string {
  if (way === undefined) return streams.noPicture
  const { width, height } = state ?? {}
  const isTimed = way !== 'mjpeg'
  return [
    streams.ways[way],
    width && height ? streams.size(width, height) : '',
    isTimed && behindMs !== undefined ? streams.behind(Math.max(0, Math.round(behindMs))) : '',
    isTimed && boxesMs > 0 ? streams.boxesWithin(Math.round(boxesMs)) : '',
    heldMs > 0 ? streams.held(heldMs) : ''
  ]
    .filter(Boolean)
    .join(' · ')
}
