import { Assignment } from '../core/assignment.ts'
import type { BoxFilter } from './box-filter.ts'
import { Looks, type ReidOptions, type WantedLook } from './looks.ts'
import type { TrackPool } from './track-pool.ts'

/** Looks that are asked for at a frame at most; the rest come at the next ones. */
const mostWanted = 4
/** Pixels of a box's height below which it shows nobody. */
const fewestPx = 32
/** A track that is known already is looked at when others cover no more of its box than this part. */
const mostCovered = 0.2

/**
 * Knows tracks again by what they look like: those that were seen last too long ago for their motion to say where they are. They
 * wait apart, take part in no association, and a new track that looks like one of them takes its place before it is shown.
 */
export class Recall<Filter extends BoxFilter> {
  readonly looks: Looks
  /** Slots of tracks that wait to be known again, the longest lost first. */
  waiting: number[] = []
  readonly #pool: TrackPool<Filter>
  /** What tracks looked like that ended at this frame, by their ids. */
  readonly #ended = new Map<number, Float32Array>()
  readonly #assignment = new Assignment()

  /** @throws SL_OPTION_INVALID for numbers that make no sense */
  constructor(options: ReidOptions, pool: TrackPool<Filter>) {
    this.looks = new Looks(options)
    this.#pool = pool
  }

  /** Another frame: who ended at the one before is not asked about any more. */
  begin(): void {
    this.#ended.clear()
  }

  /** A track is over, and its slot is somebody else's soon. */
  end(slot: number): void {
    const look = this.looks.meanOf(slot)
    if (look) this.#ended.set(this.#pool.trackIds[slot]!, look)
    this.looks.start(slot)
  }

  /** Of a track that is there, or ended at this frame. */
  lookOf(trackId: number): Float32Array | undefined {
    const ended = this.#ended.get(trackId)
    if (ended) return ended
    const slot = this.#pool.trackIds.findIndex((id, index) => id === trackId && this.looks.knows(index))
    return slot < 0 ? undefined : this.looks.meanOf(slot)
  }

  /** Time passed in which nothing changed: those who are seen grow no older by it, but those who wait have gone. */
  age(elapsedMs: number): void {
    for (const slot of this.waiting) this.#pool.seenAtMs[slot]! -= elapsedMs
  }

  /** Asks for the looks of tracks that were seen in this frame. `fresh` ones come first: soon it has to be known who they are. */
  want(
    fresh: readonly number[],
    known: readonly number[],
    nowMs: number,
    frame: { readonly widthPx: number; readonly heightPx: number },
    wanted: WantedLook[]
  ): void {
    for (const slots of [fresh, known]) {
      for (const slot of slots) {
        if (wanted.length === mostWanted) return
        if (this.#pool.seenAtMs[slot] !== nowMs || !this.looks.wants(slot, nowMs, this.#pool.foundAgainMs[slot]!))
          continue
        const { seenEdges: edges } = this.#pool
        const left = edges[slot * 4]!
        const top = edges[slot * 4 + 1]!
        const right = edges[slot * 4 + 2]!
        const bottom = edges[slot * 4 + 3]!
        if (bottom - top < fewestPx || (slots === known && this.#covered(slot, known) > mostCovered)) continue
        this.looks.ask(slot, nowMs)
        const { widthPx, heightPx } = frame
        const box = [left / widthPx, top / heightPx, (right - left) / widthPx, (bottom - top) / heightPx] as const
        wanted.push({ slot, box })
      }
    }
  }

  /**
   * Makes of new tracks whom they look like: those of `lost`, who were seen just before, and those who wait. Returns what is left of
   * `lost`. A pair is made where their distances come to least in all, of what is called the same alone: a model that tells people
   * apart knows nothing of cars.
   */
  find(fresh: readonly number[], lost: readonly number[]): number[] {
    const rows = fresh.filter(slot => this.looks.knows(slot) && this.#pool.trackIds[slot] === 0)
    const columns = [...lost, ...this.waiting].filter(slot => this.looks.knows(slot))
    if (rows.length === 0 || columns.length === 0) return [...lost]
    this.#assignment.begin(columns.length, this.looks.maxDistance)
    const { votes } = this.#pool
    for (const row of rows) {
      for (const [column, slot] of columns.entries()) {
        if (votes.classOf(row) === votes.classOf(slot)) this.#assignment.edge(column, this.looks.distance(row, slot))
      }
      this.#assignment.endRow()
    }
    this.#assignment.solve()
    const found = new Set<number>()
    for (const [row, slot] of rows.entries()) {
      const earlier = columns[this.#assignment.columnOfRow[row]!]
      if (earlier === undefined) continue
      this.looks.inherit(slot, earlier)
      this.looks.start(earlier)
      this.#pool.inherit(slot, earlier)
      found.add(earlier)
    }
    this.waiting = this.waiting.filter(slot => !found.has(slot))
    return lost.filter(slot => !found.has(slot))
  }

  /** The greatest part of a track's box that lies in another's. */
  #covered(slot: number, others: readonly number[]): number {
    const { seenEdges: edges } = this.#pool
    const [left, top, right, bottom] = [slot * 4, slot * 4 + 1, slot * 4 + 2, slot * 4 + 3].map(at => edges[at]!)
    let most = 0
    for (const other of others) {
      if (other === slot) continue
      const width = Math.min(right!, edges[other * 4 + 2]!) - Math.max(left!, edges[other * 4]!)
      const height = Math.min(bottom!, edges[other * 4 + 3]!) - Math.max(top!, edges[other * 4 + 1]!)
      if (width > 0 && height > 0) most = Math.max(most, (width * height) / ((right! - left!) * (bottom! - top!)))
    }
    return most
  }
}
