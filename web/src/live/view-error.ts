export interface ViewFailure {
  /** The stream itself is not there: no other way will do better. */
  readonly isFinal?: boolean
  /** This way is closed to this browser or in this network: also for other streams. */
  readonly isClosed?: boolean
}

/** Why pictures do not come by some way: a sentence for people. */
export class ViewError extends Error {
  readonly isFinal: boolean
  readonly isClosed: boolean
  constructor(message: string, { isFinal = false, isClosed = false }: ViewFailure = {}) {
    super(message)
    this.name = 'ViewError'
    this.isFinal = isFinal
    this.isClosed = isClosed
  }
}
