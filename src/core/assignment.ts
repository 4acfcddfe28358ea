/**
 * Exact minimum-cost assignment with a cost limit, by shortest augmenting paths (Jonker and Volgenant 1987) over
 * the edges that exist. A pair costs what its edge says, an unmatched row costs the limit: no pair above the limit
 * is ever made, and one below it is given up only for something better. The same optimum as
 * `lap.lapjv(cost, extend_cost=True, cost_limit=limit)`, where cost matrices are full of pairs that cannot be.
 *
 * Feed it row by row: `begin`, then `edge`… and `endRow` for each row, then `solve`. Buffers are reused.
 */
export class Assignment {
  /** Column of each row after `solve`, −1 where unmatched; the first `rows` entries count. */
  columnOfRow = new Int32Array(64)
  /** Row of each column after `solve`, −1 where unmatched; the first `columns` entries count. */
  rowOfColumn = new Int32Array(64)
  rows = 0
  columns = 0
  #limit = 0
  #rowStart = new Int32Array(65)
  #edgeColumn = new Int32Array(256)
  #edgeCost = new Float64Array(256)
  #edges = 0
  /** Dual of each column: 0 while free, never above. */
  #price = new Float64Array(64)
  /** Cost of the pair that a column is in. */
  #pairCost = new Float64Array(64)
  /** Length of the shortest path to a column found so far; Infinity where none. */
  #distance = new Float64Array(64)
  #reachedFrom = new Int32Array(64)
  #reachedCost = new Float64Array(64)
  #scanned = new Uint8Array(64)
  #reached = new Int32Array(64)

  /** @param limit a pair must cost less than this; Infinity asks for as many pairs as there can be. */
  begin(columns: number, limit: number): void {
    this.rows = 0
    this.columns = columns
    this.#limit = limit
    this.#edges = 0
    if (columns > this.rowOfColumn.length) this.#growColumns(columns)
  }

  /** A pair that the row being fed could make. Those at or above the limit are left out. Costs must be finite. */
  edge(column: number, cost: number): void {
    if (!(cost < this.#limit)) return
    if (this.#edges === this.#edgeCost.length) this.#growEdges()
    this.#edgeColumn[this.#edges] = column
    this.#edgeCost[this.#edges++] = cost
  }

  endRow(): void {
    this.rows++
    if (this.rows >= this.#rowStart.length) this.#growRows()
    this.#rowStart[this.rows] = this.#edges
  }

  solve(): void {
    this.columnOfRow.fill(-1, 0, this.rows)
    this.rowOfColumn.fill(-1, 0, this.columns)
    this.#price.fill(0, 0, this.columns)
    this.#distance.fill(Infinity, 0, this.columns)
    this.#scanned.fill(0, 0, this.columns)
    const unmatchedCost = this.#limit === Infinity ? this.#costAboveAll() : this.#limit
    for (let row = 0; row < this.rows; row++) this.#augment(row, unmatchedCost)
  }

  /**
   * Dijkstra from a free row over alternating paths. It ends at a free column, or at a row of the tree that does
   * better to give its column up; the pairs along the path to there are then swapped.
   */
  #augment(start: number, unmatchedCost: number): void {
    const price = this.#price
    const distance = this.#distance
    let reachedCount = 0
    let row = start
    let behind = 0
    let rowPrice = 0
    let shortest = unmatchedCost
    // The column whose row is set free by the best path so far; −1 while that is the starting row itself.
    let giveUp = -1
    let free = -1
    for (;;) {
      for (let e = this.#rowStart[row]!; e < this.#rowStart[row + 1]!; e++) {
        const column = this.#edgeColumn[e]!
        if (this.#scanned[column] === 1) continue
        const length = behind + this.#edgeCost[e]! - price[column]! - rowPrice
        const known = distance[column]!
        if (length >= known || length >= shortest) continue
        if (known === Infinity) this.#reached[reachedCount++] = column
        distance[column] = length
        this.#reachedFrom[column] = row
        this.#reachedCost[column] = this.#edgeCost[e]!
      }
      let next = -1
      let nearest = shortest
      for (let i = 0; i < reachedCount; i++) {
        const column = this.#reached[i]!
        const length = distance[column]!
        if (this.#scanned[column] === 1 || length > nearest) continue
        if (length < nearest || (next >= 0 && this.rowOfColumn[column]! < 0)) {
          next = column
          nearest = length
        }
      }
      if (next < 0) break
      if (this.rowOfColumn[next]! < 0) {
        free = next
        shortest = nearest
        break
      }
      this.#scanned[next] = 1
      row = this.rowOfColumn[next]!
      behind = nearest
      rowPrice = this.#pairCost[next]! - price[next]!
      if (behind + unmatchedCost - rowPrice < shortest) {
        shortest = behind + unmatchedCost - rowPrice
        giveUp = next
      }
    }
    for (let i = 0; i < reachedCount; i++) {
      const column = this.#reached[i]!
      if (this.#scanned[column] === 1 && distance[column]! < shortest) price[column]! += distance[column]! - shortest
      distance[column] = Infinity
      this.#scanned[column] = 0
    }
    if (free < 0 && giveUp >= 0) this.columnOfRow[this.rowOfColumn[giveUp]!] = -1
    let column = free >= 0 ? free : giveUp
    while (column >= 0) {
      const taker = this.#reachedFrom[column]!
      const left = this.columnOfRow[taker]!
      this.columnOfRow[taker] = column
      this.rowOfColumn[column] = taker
      this.#pairCost[column] = this.#reachedCost[column]!
      column = taker === start ? -1 : left
    }
  }

  #costAboveAll(): number {
    let lowest = 0
    let highest = 0
    for (let e = 0; e < this.#edges; e++) {
      lowest = Math.min(lowest, this.#edgeCost[e]!)
      highest = Math.max(highest, this.#edgeCost[e]!)
    }
    return (highest - lowest) * Math.min(this.rows, this.columns) + highest + 1
  }

  #growColumns(columns: number): void {
    const length = Math.max(columns, this.rowOfColumn.length * 2)
    this.rowOfColumn = new Int32Array(length)
    this.#price = new Float64Array(length)
    this.#pairCost = new Float64Array(length)
    this.#distance = new Float64Array(length)
    this.#reachedFrom = new Int32Array(length)
    this.#reachedCost = new Float64Array(length)
    this.#scanned = new Uint8Array(length)
    this.#reached = new Int32Array(length)
  }

  #growRows(): void {
    const rowStart = new Int32Array(this.#rowStart.length * 2)
    rowStart.set(this.#rowStart)
    this.#rowStart = rowStart
    this.columnOfRow = new Int32Array(rowStart.length)
  }

  #growEdges(): void {
    const edgeColumn = new Int32Array(this.#edgeColumn.length * 2)
    edgeColumn.set(this.#edgeColumn)
    this.#edgeColumn = edgeColumn
    const edgeCost = new Float64Array(this.#edgeCost.length * 2)
    edgeCost.set(this.#edgeCost)
    this.#edgeCost = edgeCost
  }
}
