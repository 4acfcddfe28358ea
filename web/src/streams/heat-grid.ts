import type { TracksMessage } from '../../../src/contract/live.ts'

/** Square cells, so many across: as reports have them (rule H2 of docs/spec/measures.md). */
const across = 96
/** What was so long ago counts half. Raise it to see more of the past. */
const halfLifeMs = 60_000
/** A gap between pictures counts as no more (rule H4). */
const mostGapMs = 1000

/** Who is where in a picture. */
export type HeatMoment = Pick<TracksMessage, 'epoch' | 'ptsMs' | 'tracks'>

/** Where those in a stream's pictures have been lately, in milliseconds for each cell, the older the less. Fed in order. */
export class HeatGrid {
  readonly columns = across
  readonly rows: number
  /** By rows, from the top left. */
  readonly cells: Float32Array
  #epoch = 0
  #ptsMs = 0

  constructor(aspect: number) {
    this.rows = Math.max(1, Math.round(across / aspect))
    this.cells = new Float32Array(this.columns * this.rows)
  }

  take({ epoch, ptsMs, tracks }: HeatMoment): void {
    const isOn = epoch === this.#epoch && ptsMs > this.#ptsMs
    const sinceMs = isOn ? Math.min(ptsMs - this.#ptsMs, mostGapMs) : 0
    this.#epoch = epoch
    this.#ptsMs = ptsMs
    if (sinceMs === 0) return
    const share = 0.5 ** (sinceMs / halfLifeMs)
    for (let at = 0; at < this.cells.length; at++) this.cells[at]! *= share
    for (const [, , , x, y, w, h] of tracks) this.#add(x + w / 2, y + h, sinceMs)
  }

  /** As it is seen: who walks leaves a way and no row of dots. Each cell has a share of those up to two away, binomially. */
  smoothed(): Float32Array {
    const along = spread(this.cells, this.columns, 1)
    return spread(along, this.rows, this.columns)
  }

  #add(x: number, y: number, ms: number): void {
    // Feet at the lower edge are on the picture still.
    if (x < 0 || x > 1 || y < 0 || y > 1) return
    const column = Math.min(this.columns - 1, Math.floor(x * this.columns))
    const row = Math.min(this.rows - 1, Math.floor(y * this.rows))
    this.cells[row * this.columns + column]! += ms
  }
}

const kernel = [1, 4, 6, 4, 1] as const

/** In one direction: so many cells there are in a row of it, so far apart; those beyond its ends are nobody's. */
function spread(cells: Float32Array, long: number, apart: number): Float32Array {
  return cells.map((_, at) => {
    const place = Math.floor(at / apart) % long
    return kernel.reduce((sum, share, index) => {
      const away = index - 2
      const isThere = place + away >= 0 && place + away < long
      return isThere ? sum + (share / 16) * cells[at + away * apart]! : sum
    }, 0)
  })
}

/** The colours of heat: dark violet, red, amber, and nearly white for the most. Their lightness alone tells them apart. */
const ramp = [
  [59, 15, 112],
  [183, 55, 79],
  [246, 148, 46],
  [252, 253, 191]
] as const

/** Red, green, blue and opacity, each to 255, of a share of the most: the less, the clearer. */
export function heatColour(share: number): readonly [red: number, green: number, blue: number, opacity: number] {
  const bounded = Math.min(1, Math.max(0, share))
  const at = bounded * (ramp.length - 1)
  const [low, high] = [ramp[Math.floor(at)]!, ramp[Math.ceil(at)]!]
  const mix = (part: 0 | 1 | 2) => Math.round(low[part] + (high[part] - low[part]) * (at % 1))
  return [mix(0), mix(1), mix(2), Math.round(200 * Math.min(1, bounded * 2.5))]
}
