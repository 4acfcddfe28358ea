/** Classes remembered per track: a track that is called more than four things is nothing in particular. */
const candidates = 4

/**
 * What each track is, by a vote of its detections weighted by their scores, so that a box called `truck` now and
 * then does not make a car a truck for those frames. A class takes over only with more weight than the one before.
 */
export class ClassVote {
  #classIds = new Int32Array(0)
  #weights = new Float64Array(0)
  #winners = new Int32Array(0)

  reserve(slots: number): void {
    const classIds = new Int32Array(slots * candidates)
    classIds.set(this.#classIds)
    this.#classIds = classIds
    const weights = new Float64Array(slots * candidates)
    weights.set(this.#weights)
    this.#weights = weights
    const winners = new Int32Array(slots)
    winners.set(this.#winners)
    this.#winners = winners
  }

  start(slot: number, classId: number, score: number): void {
    const first = slot * candidates
    this.#weights.fill(0, first, first + candidates)
    this.#classIds.fill(-1, first, first + candidates)
    this.#classIds[first] = classId
    this.#weights[first] = score
    this.#winners[slot] = first
  }

  /** Where all places are taken, a new class takes that of the weakest, never the winner's. */
  add(slot: number, classId: number, score: number): void {
    const place = this.#placeOf(slot, classId)
    if (this.#classIds[place] !== classId) {
      this.#classIds[place] = classId
      this.#weights[place] = 0
    }
    this.#weights[place]! += score
    if (this.#weights[place]! > this.#weights[this.#winners[slot]!]!) this.#winners[slot] = place
  }

  /** `slot` is who `earlier` was, and was called what that one was as well. */
  inherit(slot: number, earlier: number): void {
    for (let i = earlier * candidates; i < (earlier + 1) * candidates; i++) {
      if (this.#weights[i]! > 0) this.add(slot, this.#classIds[i]!, this.#weights[i]!)
    }
  }

  classOf(slot: number): number {
    return this.#classIds[this.#winners[slot]!]!
  }

  #placeOf(slot: number, classId: number): number {
    const first = slot * candidates
    const winner = this.#winners[slot]!
    if (this.#classIds[winner] === classId) return winner
    let weakest = winner === first ? first + 1 : first
    for (let i = first; i < first + candidates; i++) {
      if (this.#classIds[i] === classId) return i
      if (i !== winner && this.#weights[i]! < this.#weights[weakest]!) weakest = i
    }
    return weakest
  }
}
