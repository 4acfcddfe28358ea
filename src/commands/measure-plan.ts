import type { AnalysisSettings } from '../config/analysis-settings.ts'
import { definitionsOf } from '../config/measure-settings.ts'
import type { Point } from '../contract/geometry.ts'
import type { CalibrationDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import type { MeasureDefinitions } from '../measures/defined-measures.ts'
import type { HeatWeight } from '../measures/heatmap.ts'
import type { WallTime } from '../measures/schedule.ts'

/** What is to be measured, checked as far as that goes without the video. */
export interface MeasurePlan extends MeasureDefinitions {
  readonly wallTime: WallTime | undefined
  readonly calibration: CalibrationDefinition | undefined
  readonly heatmap: HeatWeight
  readonly movement: AnalysisSettings['movement']
  readonly paths: AnalysisSettings['paths']
  readonly counts: AnalysisSettings['counts']
}

type Drawings = Readonly<Record<string, Point[]>>

/** Joins what the command line draws with what the settings file defines. @throws SL_CONFIG_INVALID for a date that is none */
export function planMeasures(
  lines: Drawings | undefined,
  zones: Drawings | undefined,
  settings: AnalysisSettings
): MeasurePlan {
  const { stops = {}, directions = {}, meetings = {}, objects = {} } = settings
  return {
    lines: definitionsOf(lines ?? settings.lines),
    zones: definitionsOf(zones ?? settings.zones),
    stops,
    directions,
    meetings,
    objects,
    wallTime: settings.startsAt === undefined ? undefined : wallTimeOf(settings.startsAt),
    calibration: settings.calibration,
    heatmap: settings.heatmap ?? 'presence',
    movement: settings.movement,
    paths: settings.paths,
    counts: settings.counts
  }
}

function wallTimeOf(text: string): WallTime {
  const startEpochMs = Date.parse(text)
  if (Number.isNaN(startEpochMs)) {
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `startsAt is ${text}, which is on no calendar: correct its date or time.`
    )
  }
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? []
  return { startEpochMs, utcOffsetMinutes: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) }
}
