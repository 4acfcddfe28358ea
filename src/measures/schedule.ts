import { dayNames, type OpenHours } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'

/** What the clock on the wall showed at the recording's media time 0. */
export interface WallTime {
  readonly startEpochMs: number
  readonly utcOffsetMinutes: number
  /** What is added to UTC at a moment, where clocks may be changed meanwhile: of a live stream. Default: always the same. */
  readonly offsetAt?: (epochMs: number) => number
}

/** Clocks are changed, anywhere, at a quarter of an hour: within one the offset is asked for once. */
const quarterMs = 15 * 60_000
const dayMinutes = 1440
const weekMinutes = 7 * dayMinutes
/** 1 January 1970 was a Thursday: minutes from the Monday before. */
const epochMinute = 3 * dayMinutes

/** The hours in which a measure works: always, without any given. Rules S1…S4 of docs/spec/measures.md. */
export class Schedule {
  readonly #windows: readonly { readonly start: number; readonly length: number }[]
  readonly #wallTime: WallTime | undefined
  /** The quarter of an hour that `#offset` is of, in quarters from 1970. */
  #quarter = Number.NaN
  #offset = 0

  /** @throws SL_OPTION_INVALID for hours of a recording of which nobody knows when it began; `owner` names the measure */
  constructor(owner: string, hours: readonly OpenHours[] | undefined, wallTime: WallTime | undefined) {
    if (hours && !wallTime) {
      throw new SightlineError(
        'SL_OPTION_INVALID',
        `The ${owner} has a schedule, but nobody knows when the recording began: give startsAt.`
      )
    }
    this.#wallTime = wallTime
    this.#windows = (hours ?? []).flatMap(({ days = dayNames, from, to }) => {
      const start = minuteOf(from)
      const length = (minuteOf(to) - start + dayMinutes) % dayMinutes || dayMinutes
      return days.map(day => ({ start: dayNames.indexOf(day) * dayMinutes + start, length }))
    })
  }

  isOpen(ptsMs: number): boolean {
    if (!this.#wallTime || this.#windows.length === 0) return true
    const epochMs = this.#wallTime.startEpochMs + ptsMs
    const minute = Math.floor(epochMs / 60_000) + this.#offsetAt(epochMs, this.#wallTime) + epochMinute
    return this.#windows.some(({ start, length }) => remainder(minute - start, weekMinutes) < length)
  }

  #offsetAt(epochMs: number, { utcOffsetMinutes, offsetAt }: WallTime): number {
    if (!offsetAt) return utcOffsetMinutes
    const quarter = Math.floor(epochMs / quarterMs)
    if (quarter !== this.#quarter) {
      this.#quarter = quarter
      this.#offset = offsetAt(quarter * quarterMs)
    }
    return this.#offset
  }
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':')
  return Number(hours) * 60 + Number(minutes)
}

/** Never negative, unlike `%`. */
function remainder(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
