import { dayNames, type OpenHours } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'

/** What the clock on the wall showed at the recording's media time 0. */
export interface WallTime {
  readonly startEpochMs: number
  readonly utcOffsetMinutes: number
}

const dayMinutes = 1440
const weekMinutes = 7 * dayMinutes
/** 1 January 1970 was a Thursday: minutes from the Monday before. */
const epochMinute = 3 * dayMinutes

/** The hours in which a measure works: always, without any given. Rules S1…S4 of docs/spec/measures.md. */
export class Schedule {
  readonly #windows: readonly { readonly start: number; readonly length: number }[]
  readonly #wallTime: WallTime | undefined

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
    const { startEpochMs, utcOffsetMinutes } = this.#wallTime
    const minute = Math.floor((startEpochMs + ptsMs) / 60_000) + utcOffsetMinutes + epochMinute
    return this.#windows.some(({ start, length }) => remainder(minute - start, weekMinutes) < length)
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
