/** A box of a track in one frame, in pixels. */
export interface TrackBox {
  readonly frame: number
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Reads the frame and box columns of MOT Challenge CSV: frame, id, left, top, width, height, … */
export function readTrackBoxes(csv: string): TrackBox[] {
  const rows = csv.split('\n').filter(line => line.trim() !== '')
  return rows.map(line => {
    const [frame, , x, y, w, h] = line.split(',').map(Number)
    if (![frame, x, y, w, h].every(Number.isFinite)) throw new Error(`Not a row of tracks: ${line}`)
    return { frame: frame!, x: x!, y: y!, w: w!, h: h! }
  })
}

/**
 * The share of `reference`'s boxes that `candidate` has too: in the same frame with an IoU of at least `minIou`,
 * each box of `candidate` standing for one of `reference` only, best pairs first. NaN when `reference` is empty.
 */
export function trackShare(reference: readonly TrackBox[], candidate: readonly TrackBox[], minIou: number): number {
  const byFrame = Map.groupBy(candidate, box => box.frame)
  let found = 0
  for (const [frame, wanted] of Map.groupBy(reference, box => box.frame)) {
    const offered = byFrame.get(frame) ?? []
    const pairs = wanted.flatMap(want => offered.map(offer => ({ want, offer, iou: iou(want, offer) })))
    const taken = new Set<TrackBox>()
    for (const pair of pairs.filter(each => each.iou >= minIou).sort((a, b) => b.iou - a.iou)) {
      if (taken.has(pair.want) || taken.has(pair.offer)) continue
      taken.add(pair.want).add(pair.offer)
      found++
    }
  }
  return found / reference.length
}

function iou(a: TrackBox, b: TrackBox): number {
  const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const overlap = width * height
  return overlap / (a.w * a.h + b.w * b.h - overlap)
}
