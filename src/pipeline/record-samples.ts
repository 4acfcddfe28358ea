import type { SampleRecord } from '../contract/record.ts'

const minuteMs = 60_000

/** Whose numbers are sampled, by name: zones, as measures know them. Others from one frame to the next where they are changed. */
export type OccupiedZones = Iterable<readonly [string, { snapshot(): { readonly current: number } }]>

interface Sums {
  count: number
  sum: number
  min: number
  max: number
}

/** How many were in each zone, frame by frame, summed up by minutes of wall time. */
export class OccupancySamples {
  readonly #origin: { readonly stream: string; readonly epoch: number }
  readonly #baseMs: number
  readonly #zones: OccupiedZones
  readonly #give: (record: SampleRecord) => void
  readonly #sums = new Map<string, Sums>()
  #minute = Number.NEGATIVE_INFINITY

  /** `baseMs`: wall time of media time 0. */
  constructor(
    origin: { readonly stream: string; readonly epoch: number },
    baseMs: number,
    zones: OccupiedZones,
    give: (record: SampleRecord) => void
  ) {
    this.#origin = origin
    this.#baseMs = baseMs
    this.#zones = zones
    this.#give = give
  }

  /** The zones have seen the frame of this media time. A minute that is over never opens again: what a stream that jumps back shows counts in the present one. */
  add(ptsMs: number): void {
    const minute = Math.floor((this.#baseMs + ptsMs) / minuteMs)
    if (minute > this.#minute) {
      this.flush()
      this.#minute = minute
    }
    for (const [name, zone] of this.#zones) {
      const { current } = zone.snapshot()
      const sums = this.#sums.get(name)
      if (!sums) this.#sums.set(name, { count: 1, sum: current, min: current, max: current })
      else {
        sums.count++
        sums.sum += current
        sums.min = Math.min(sums.min, current)
        sums.max = Math.max(sums.max, current)
      }
    }
  }

  /** Gives the minute that is under way. */
  flush(): void {
    const { stream, epoch } = this.#origin
    for (const [zone, sums] of this.#sums) {
      const measure = `zone.${zone}`
      const id = `${stream}/${epoch}/${measure}/occupancy/${this.#minute}`
      const body = { measure, name: 'occupancy', ...sums }
      this.#give({ type: 'sample', id, stream, epoch, atMs: this.#minute * minuteMs, body })
    }
    this.#sums.clear()
  }
}
