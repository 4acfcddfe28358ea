/** What a row tells of its lease. */
export interface Lease {
  readonly id: string
  readonly lease_owner: string | null
  readonly lease_until_ms: number | null
}

interface Seen {
  readonly lease: string
  readonly unchangedMs: number
}

/** A gap between two looks counts for no more than this share of a lease: a database that stalls lets nobody renew. */
const longestGap = 0.25

/**
 * Finds the leases that are over by watching them: one that has stayed the same for its whole length, by a clock of
 * this process that nobody can set, is no longer renewed. What the lease says of its end is compared with no clock,
 * so setting one neither takes a job from who works on it nor leaves it to a runner that is gone.
 */
export class LapsedLeases {
  readonly #leaseMs: number
  readonly #elapsed: () => number
  #seen = new Map<string, Seen>()
  #lookedMs: number

  constructor(leaseMs: number, elapsed: () => number = () => performance.now()) {
    this.#leaseMs = leaseMs
    this.#elapsed = elapsed
    this.#lookedMs = elapsed()
  }

  /** Those that are over. `leases` are all that are held now; to be asked several times within a lease's length. */
  among<Row extends Lease>(leases: readonly Row[]): Row[] {
    const nowMs = this.#elapsed()
    const gapMs = Math.min(nowMs - this.#lookedMs, this.#leaseMs * longestGap)
    this.#lookedMs = nowMs
    const seen = new Map<string, Seen>()
    for (const { id, lease_owner, lease_until_ms } of leases) {
      const lease = `${lease_owner} ${lease_until_ms}`
      const before = this.#seen.get(id)
      seen.set(id, { lease, unchangedMs: before?.lease === lease ? before.unchangedMs + gapMs : 0 })
    }
    this.#seen = seen
    return leases.filter(({ id }) => seen.get(id)!.unchangedMs >= this.#leaseMs)
  }
}
