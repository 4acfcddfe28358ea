/** Numbers of a point: x, y, w, h and score in their quanta. */
export const pointNumbers = 5

/** Points in the order they come, frame by frame. */
export class PointColumns {
  count = 0
  /** `pointNumbers` of each. */
  numbers = new Int32Array(256 * pointNumbers)
  classIds = new Int32Array(256)
  /** 1 where a row is observed although its frame was not analysed, or carried although it was. */
  isOdd = new Uint8Array(256)
  /** Number of its track among those of the part. */
  columns = new Int32Array(256)

  reserve(more: number): void {
    const wanted = this.count + more
    if (wanted <= this.classIds.length) return
    const capacity = Math.max(wanted, this.classIds.length * 2)
    this.numbers = longer(this.numbers, new Int32Array(capacity * pointNumbers))
    this.classIds = longer(this.classIds, new Int32Array(capacity))
    this.isOdd = longer(this.isOdd, new Uint8Array(capacity))
    this.columns = longer(this.columns, new Int32Array(capacity))
  }

  /** Adds a point whose numbers are the `row`th of `quanta`. Room has to be reserved. */
  add(quanta: Int32Array, row: number, classId: number, isOdd: boolean, column: number): void {
    const to = this.count * pointNumbers
    const from = row * pointNumbers
    const { numbers } = this
    numbers[to] = quanta[from]!
    numbers[to + 1] = quanta[from + 1]!
    numbers[to + 2] = quanta[from + 2]!
    numbers[to + 3] = quanta[from + 3]!
    numbers[to + 4] = quanta[from + 4]!
    this.classIds[this.count] = classId
    this.isOdd[this.count] = isOdd ? 1 : 0
    this.columns[this.count++] = column
  }
}

function longer<Column extends Int32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
