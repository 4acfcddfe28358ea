/**
 * A MOT Challenge text file as columns (Leal-Taixé et al. 2015, arXiv 1504.01942, §3.2): detections, tracks and
 * ground truth are the same rows with other meanings in the seventh and eighth column. In the order of the file.
 */
export class MotRows {
  count = 0
  /** Columns that every row of the file has; 0 for a file without rows. */
  columns = 0
  /** Columns of its longest row. */
  mostColumns = 0
  /** From 1. */
  frames: Int32Array
  /** From 0; −1 for none. */
  ids: Int32Array
  /** Left, top, width, height in pixels, four a row. */
  boxes: Float64Array
  /** Seventh column: a score, or in ground truth 0 for a row to be ignored; 1 where the row has none. */
  marks: Float64Array
  /** Eighth column: a class, or a world coordinate; 1 where the row has none. */
  classes: Float64Array
  /** Where each row stands in the file, from 1. */
  lines: Int32Array

  constructor(capacity = 1024) {
    this.frames = new Int32Array(capacity)
    this.ids = new Int32Array(capacity)
    this.boxes = new Float64Array(capacity * 4)
    this.marks = new Float64Array(capacity)
    this.classes = new Float64Array(capacity)
    this.lines = new Int32Array(capacity)
  }

  /** `fields`: frame, id, left, top, width, height, mark, class, of which the file has `columns`. */
  add(frame: number, id: number, fields: Float64Array, columns: number, line: number): void {
    if (this.count === this.frames.length) this.#grow()
    const row = this.count++
    this.frames[row] = frame
    this.ids[row] = id
    for (let side = 0; side < 4; side++) this.boxes[row * 4 + side] = fields[2 + side]!
    this.marks[row] = columns > 6 ? fields[6]! : 1
    this.classes[row] = columns > 7 ? fields[7]! : 1
    this.lines[row] = line
    this.columns = row === 0 ? columns : Math.min(this.columns, columns)
    this.mostColumns = Math.max(this.mostColumns, columns)
  }

  #grow(): void {
    const length = Math.max(1024, this.frames.length * 2)
    this.frames = longer(this.frames, new Int32Array(length))
    this.ids = longer(this.ids, new Int32Array(length))
    this.boxes = longer(this.boxes, new Float64Array(length * 4))
    this.marks = longer(this.marks, new Float64Array(length))
    this.classes = longer(this.classes, new Float64Array(length))
    this.lines = longer(this.lines, new Int32Array(length))
  }
}

/** `to` with the beginning of it as in `from`. */
export function longer<Column extends Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
