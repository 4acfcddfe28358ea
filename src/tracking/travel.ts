/** When somebody was in the picture of a stream. Epoch milliseconds. */
export interface Stay {
  readonly stream: string
  readonly fromMs: number
  readonly toMs: number
}

/** How long it takes from leaving one stream's picture to entering another's. */
export interface Travel {
  readonly minMs: number
  readonly maxMs: number
  /** Both see the same place: somebody may be in both pictures at once, and times say nothing. */
  readonly overlaps: boolean
}

/** What is said of the way from one stream to another. */
export interface TravelRule {
  readonly from: string
  readonly to: string
  readonly minMs?: number | undefined
  readonly maxMs?: number | undefined
  readonly overlaps?: boolean | undefined
}

export type TravelTable = (from: string, to: string) => Travel

/** Times of two streams may be wrong by so much against each other: what is on its way from a camera is not always as old. */
const clocksMs = 1000

/** The way back takes as long as the way there where nothing is said of it. Of what is not said, nobody is in two places at once. */
export function travelTable(rules: readonly TravelRule[]): TravelTable {
  const known = new Map<string, Travel>()
  const key = (from: string, to: string) => `${from}/${to}`
  const travel = ({ minMs = 0, maxMs = Number.POSITIVE_INFINITY, overlaps = false }: Partial<TravelRule>) => ({
    ...{ minMs, maxMs, overlaps }
  })
  for (const rule of rules) known.set(key(rule.to, rule.from), travel(rule))
  for (const rule of rules) known.set(key(rule.from, rule.to), travel(rule))
  const usual = travel({})
  return (from, to) => known.get(key(from, to)) ?? usual
}

/**
 * Whether whoever was at `stays` can have been at `stay`, too: on the way from each or to each for long enough, and on the shortest
 * of these ways for no longer than it may take, nor than `keepMs`.
 */
export function isPlausible(stays: Iterable<Stay>, stay: Stay, table: TravelTable, keepMs: number): boolean {
  let shortestMs = Number.POSITIVE_INFINITY
  let mostMs = keepMs
  for (const other of stays) {
    const [thereMs, backMs] = [stay.fromMs - other.toMs, other.fromMs - stay.toMs]
    const wayMs = Math.max(thereMs, backMs)
    const [from, to] = thereMs >= backMs ? [other.stream, stay.stream] : [stay.stream, other.stream]
    const { minMs, maxMs, overlaps } = table(from, to)
    if (wayMs < (from === to ? 0 : minMs - clocksMs) && !(overlaps && from !== to)) return false
    if (wayMs >= shortestMs) continue
    shortestMs = wayMs
    mostMs = Math.min(keepMs, maxMs)
  }
  return shortestMs <= mostMs
}
