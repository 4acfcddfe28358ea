/**
 * Uninterrupted appearances of tracks, 12 bytes each, and from them the most that overlapped in one frame, by
 * class. `fold` may be called whenever no run to come can overlap one already here; it then frees them.
 */
export class PresenceRuns {
  /** `[classId, first frame, last frame]` flat. */
  #runs = new Int32Array(3 * 256)
  #count = 0
  readonly #peaks = new Map<number, number>()

  push(classId: number, first: number, last: number): void {
    if (this.#count * 3 === this.#runs.length) {
      const longer = new Int32Array(this.#runs.length * 2)
      longer.set(this.#runs)
      this.#runs = longer
    }
    this.#runs.set([classId, first, last], this.#count * 3)
    this.#count++
  }

  /** The most concurrent by class, over everything ever pushed. */
  fold(): ReadonlyMap<number, number> {
    if (this.#count > 0) {
      const runs = this.#runs.subarray(0, this.#count * 3)
      for (const classId of classesOf(runs))
        this.#peaks.set(classId, Math.max(this.#peaks.get(classId) ?? 0, peakOf(runs, classId)))
      this.#count = 0
    }
    return this.#peaks
  }
}

function classesOf(runs: Int32Array): Set<number> {
  const classes = new Set<number>()
  for (let at = 0; at < runs.length; at += 3) classes.add(runs[at]!)
  return classes
}

/** A sweep over sorted beginnings and ends; a run that ends in a frame still overlaps one that begins in it. */
function peakOf(runs: Int32Array, classId: number): number {
  const firsts: number[] = []
  const lasts: number[] = []
  for (let at = 0; at < runs.length; at += 3) {
    if (runs[at] !== classId) continue
    firsts.push(runs[at + 1]!)
    lasts.push(runs[at + 2]!)
  }
  const begins = Int32Array.from(firsts).sort()
  const ends = Int32Array.from(lasts).sort()
  let open = 0
  let peak = 0
  for (let begin = 0, end = 0; begin < begins.length; begin++) {
    open++
    while (ends[end]! < begins[begin]!) {
      end++
      open--
    }
    if (open > peak) peak = open
  }
  return peak
}
