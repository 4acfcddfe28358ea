/**
 * Boxes of one frame as columns: what detectors hand to trackers, and trackers to measures, without an
 * object per box. Row `i` has its box at `boxes[4i … 4i+3]` as x, y, w, h, normalised to the frame.
 */
export class DetectionColumns {
  count = 0
  boxes: Float64Array
  scores: Float64Array
  /** Index into the detector's list of labels. */
  classIds: Int32Array
  /** Facial landmarks, five `[x, y]` a row, or nothing where the model gives none; NaN for a row without any beside some that have. */
  landmarks: Float64Array | undefined

  constructor(capacity = 64, withLandmarks = false) {
    // In one piece of memory: to get one takes longer than to fill it.
    const numbers = withLandmarks ? 15 : 5
    const memory = new ArrayBuffer(capacity * (numbers * 8 + 4))
    this.boxes = new Float64Array(memory, 0, capacity * 4)
    this.scores = new Float64Array(memory, capacity * 32, capacity)
    this.landmarks = withLandmarks ? new Float64Array(memory, capacity * 40, capacity * 10) : undefined
    this.classIds = new Int32Array(memory, capacity * numbers * 8, capacity)
  }

  /** Adds a row and returns its index. */
  push(x: number, y: number, w: number, h: number, score: number, classId: number): number {
    if (this.count === this.scores.length) this.#grow()
    const row = this.count++
    this.boxes[row * 4] = x
    this.boxes[row * 4 + 1] = y
    this.boxes[row * 4 + 2] = w
    this.boxes[row * 4 + 3] = h
    this.scores[row] = score
    this.classIds[row] = classId
    return row
  }

  /** Adds row `row` of `other`, landmarks included. */
  pushFrom(other: DetectionColumns, row: number): number {
    const { boxes, scores, classIds, landmarks } = other
    const at = row * 4
    const index = this.push(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!, scores[row]!, classIds[row]!)
    if (landmarks) {
      this.landmarks ??= new Float64Array(this.scores.length * 10)
      this.landmarks.set(landmarks.subarray(row * 10, row * 10 + 10), index * 10)
    }
    return index
  }

  clear(): void {
    this.count = 0
  }

  #grow(): void {
    const capacity = Math.max(16, this.scores.length * 2)
    this.boxes = grown(this.boxes, capacity * 4)
    this.scores = grown(this.scores, capacity)
    const classIds = new Int32Array(capacity)
    classIds.set(this.classIds)
    this.classIds = classIds
    if (this.landmarks) this.landmarks = grown(this.landmarks, capacity * 10)
  }
}

/** Tracks of one frame as columns: detections' columns, plus who each is and whether it was seen. */
export class TrackColumns extends DetectionColumns {
  trackIds: Int32Array
  /** 1 when a detection of this frame supports the row, 0 when it was carried or predicted. */
  observed: Uint8Array

  constructor(capacity = 64) {
    super(capacity)
    this.trackIds = new Int32Array(capacity)
    this.observed = new Uint8Array(capacity)
  }

  pushTrack(
    trackId: number,
    observed: boolean,
    x: number,
    y: number,
    w: number,
    h: number,
    score: number,
    classId: number
  ): number {
    const row = this.push(x, y, w, h, score, classId)
    if (this.trackIds.length < this.scores.length) {
      const trackIds = new Int32Array(this.scores.length)
      trackIds.set(this.trackIds)
      this.trackIds = trackIds
      const observedColumn = new Uint8Array(this.scores.length)
      observedColumn.set(this.observed)
      this.observed = observedColumn
    }
    this.trackIds[row] = trackId
    this.observed[row] = observed ? 1 : 0
    return row
  }
}

function grown(column: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length)
  longer.set(column)
  return longer
}
