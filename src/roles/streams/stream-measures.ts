import { definitionsOf } from '../../config/measure-settings.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import { Calibration } from '../../measures/calibration.ts'
import { DefinedMeasures } from '../../measures/defined-measures.ts'
import type { WallTime } from '../../measures/schedule.ts'

export interface MeasuredEpoch {
  readonly stream: string
  readonly epoch: number
  /** The picture's width by its height. */
  readonly aspect: number
  /** Wall time of media time 0. */
  readonly baseMs: number
}

/** Whether two settings measure the ground otherwise where something is measured in metres: no version tells that. */
export function differInMetres(one: StreamSettings, other: StreamSettings): boolean {
  const inMetres = ({ meetings = {} }: StreamSettings) =>
    Object.values(meetings).some(({ withinMetres }) => withinMetres !== undefined)
  return (inMetres(one) || inMetres(other)) && JSON.stringify(one.calibration) !== JSON.stringify(other.calibration)
}

/** What a stream's settings have measured in an epoch. @throws SL_OPTION_INVALID for definitions without sense */
export function measuresOf(settings: StreamSettings, { stream, epoch, aspect, baseMs }: MeasuredEpoch) {
  const { lines, zones, stops, directions, meetings, objects } = settings
  // An epoch lasts for weeks, and clocks are changed meanwhile.
  const offsetAt = (epochMs: number) => -new Date(epochMs).getTimezoneOffset()
  const wallTime: WallTime = { startEpochMs: baseMs, utcOffsetMinutes: offsetAt(baseMs), offsetAt }
  const calibration = settings.calibration && new Calibration(settings.calibration, aspect)
  const definitions = { lines: definitionsOf(lines), zones: definitionsOf(zones), stops, directions, meetings, objects }
  return { wallTime, measures: new DefinedMeasures(definitions, { stream, epoch, aspect, wallTime, calibration }) }
}
