import type { TrackRow, TracksMessage } from '../../../src/contract/live.ts'
import type { Anchor } from '../../../src/contract/measure-definition.ts'
import { edges, nearestEdge } from '../drawing/geometry.ts'
import type { Spot } from '../drawing/shape.ts'

/** What counts, as far as it can be told from boxes alone. */
export interface TallyRule {
  readonly points: readonly Spot[]
  /** Left out: everybody. */
  readonly classes?: readonly string[] | undefined
  readonly anchor?: Anchor | undefined
}

/** As near as this nobody is on a side: heights of the frame, or of the box (rule M5 of docs/spec/measures.md). */
const band = 0.005
const bandOfBox = 0.1
/** Who was not seen for so long comes as somebody new. */
const forgottenMs = 30_000

/** Counts who crosses a line that is not saved yet, by the rules M1 to M11 that the server counts by. Fed in order. */
export class LineTally {
  readonly #rule: TallyRule
  readonly #aspect: number
  /** By track: where it was last beside the line. */
  readonly #last = new Map<number, { readonly at: Spot; readonly ptsMs: number }>()
  #epoch = 0
  inwards = 0
  outwards = 0

  constructor(rule: TallyRule, aspect: number) {
    this.#rule = rule
    this.#aspect = aspect
  }

  take({ epoch, ptsMs, outcome, labels, tracks }: TracksMessage): void {
    if (outcome !== 'analysed') return
    if (epoch !== this.#epoch) this.#last.clear()
    this.#epoch = epoch
    for (const row of tracks) if (admits(this.#rule, labels, row)) this.#step(row, ptsMs)
    for (const [id, last] of this.#last) if (ptsMs - last.ptsMs > forgottenMs) this.#last.delete(id)
  }

  #step(row: TrackRow, ptsMs: number): void {
    const { points, anchor } = this.#rule
    const at = anchorOf(row, anchor)
    const near = nearestEdge(points, false, at, this.#aspect)
    if (!near || near.distance <= Math.max(band, bandOfBox * row[6])) return
    const before = this.#last.get(row[0])
    this.#last.set(row[0], { at, ptsMs })
    const net = before ? crossings(points, before.at, at) : 0
    if (net > 0) this.inwards++
    if (net < 0) this.outwards++
  }
}

/** Whether a row counts for who looks for these classes. */
export function admits(
  { classes }: Pick<TallyRule, 'classes'>,
  labels: readonly string[],
  [, label]: TrackRow
): boolean {
  return classes === undefined || classes.includes(labels[label] ?? '')
}

/** The point of a box that lines and zones test. */
export function anchorOf([, , , x, y, w, h]: TrackRow, anchor: Anchor = 'bottom-centre'): Spot {
  const share = (low: string, high: string) => (anchor.includes(low) ? 0 : anchor.includes(high) ? 1 : 0.5)
  return [x + w * share('left', 'right'), y + h * share('top', 'bottom')]
}

/** How often a step crosses a line: from its left to its right 1, back −1. Of two edges, their corner belongs to one. */
function crossings(points: readonly Spot[], from: Spot, to: Spot): number {
  return edges(points, false).reduce((net, [a, b]) => {
    const [before, after] = [isRight(a, b, from), isRight(a, b, to)]
    if (before === after || isRight(from, to, a) === isRight(from, to, b)) return net
    return net + (after ? 1 : -1)
  }, 0)
}

/** Of somebody who walks from `a` to `b`; y points down. */
function isRight(a: Spot, b: Spot, p: Spot): boolean {
  return (b[0] - a[0]) * (p[1] - a[1]) > (b[1] - a[1]) * (p[0] - a[0])
}
