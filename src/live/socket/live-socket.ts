/** Where frames go: a `net.Socket` is one. */
export interface Wire {
  /** Takes bytes that are framed already (`textFrame`). Never throws. */
  write(frame: Buffer): unknown
  /** Bytes of what was written that the system has not taken yet. 0 where all is on its way. */
  readonly writableLength: number
}

/** The connection of one client of the live socket, as far as the hub needs it. */
export interface LiveSocket {
  readonly wire: Wire
  /** Calls once, later, when everything that was written is on its way. */
  whenTaken(then: () => void): void
  /** Says goodbye with a code of RFC 6455 §7.4 and a reason of at most 123 bytes. */
  close(code: number, reason: string): void
}

/** Why the live socket closes a connection. 4000 and up are for applications to give a meaning. */
export const closeCodes = {
  /** Nothing of what was sent was taken for 10 s. */
  /** Whoever asked may not have it any more. */
  notPermitted: 4403,
  stalled: 4408,
  /** The stream that pictures were sent for takes none any more. */
  ended: 4410,
  /** More messages than anybody needs. */
  flood: 4429,
  /** More connections than this server holds. */
  full: 1013,
  /** The server ends. */
  goingAway: 1001
} as const
