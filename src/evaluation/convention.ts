import { SightlineError } from '../core/errors.ts'
import type { MotRows } from './mot-rows.ts'

export const benchmarkNames = ['MOT15', 'MOT16', 'MOT17', 'MOT20', 'SportsMOT'] as const
export type BenchmarkName = (typeof benchmarkNames)[number]

/** Which rows of a ground truth are scored, and which only excuse results. */
export interface Convention {
  /** True for a row that results have to find. */
  isScored(row: number): boolean
  /** False where no row is a distractor, and nobody has to look. */
  readonly hasDistractors: boolean
  /** True for a row whose matched result is taken out of the scoring: neither right nor wrong. */
  isDistractor(row: number): boolean
}

/** MOT Challenge's classes run from pedestrian to crowd (Dendorfer et al. 2020, arXiv 2003.09003, table 5). */
const pedestrian = 1
const lastClass = 13
/** Persons on vehicles, standing still, distractors, reflections. */
const distractors = [2, 7, 8, 12]
/** MOT20 counts non-motorised vehicles among them. */
const distractors20 = [...distractors, 6]

/** Columns of MOT15's ground truth, whose last three are world coordinates: it has no classes. */
const columnsWithWorld = 10

/**
 * How a ground truth is to be read. Ten columns mean MOT15 whatever `benchmark` says, and so do seven, for want of
 * a class; with classes, `benchmark` decides (MOT17's rules by default).
 *
 * @throws SL_ROWS_INVALID for fewer than seven columns, rows of which some have world coordinates, or a class that MOT16, MOT17 and MOT20 do not have
 */
export function conventionOf(truth: MotRows, name: string, benchmark: BenchmarkName = 'MOT17'): Convention {
  if (truth.count > 0 && truth.columns < 7) {
    throw new SightlineError(
      'SL_ROWS_INVALID',
      `${name} has ${truth.columns} columns: ground truth needs a seventh, which is 0 for rows to be ignored and else 1.`
    )
  }
  if (truth.columns < columnsWithWorld && truth.mostColumns >= columnsWithWorld) {
    throw new SightlineError(
      'SL_ROWS_INVALID',
      `${name} has rows of ${truth.columns} and of ${truth.mostColumns} columns: whether the eighth is a class or a coordinate cannot be told.`
    )
  }
  const { marks, classes } = truth
  if (!hasClasses(truth) || benchmark === 'MOT15' || benchmark === 'SportsMOT')
    return { isScored: row => marks[row] !== 0, hasDistractors: false, isDistractor: () => false }
  checkClasses(truth, name)
  const excusing = new Set(benchmark === 'MOT20' ? distractors20 : distractors)
  return {
    isScored: row => marks[row] !== 0 && classes[row] === pedestrian,
    hasDistractors: classes.subarray(0, truth.count).some(label => excusing.has(label)),
    isDistractor: row => excusing.has(classes[row]!)
  }
}

/** True where the eighth column is a class, and the benchmark matters. */
export function hasClasses({ columns }: MotRows): boolean {
  return columns > 7 && columns < columnsWithWorld
}

function checkClasses({ count, classes, lines }: MotRows, name: string): void {
  for (let row = 0; row < count; row++) {
    const label = classes[row]!
    if (Number.isInteger(label) && label >= pedestrian && label <= lastClass) continue
    throw new SightlineError(
      'SL_ROWS_INVALID',
      `Line ${lines[row]} of ${name} has the class ${label}: MOT16, MOT17 and MOT20 have classes 1 to ${lastClass}. Use --benchmark SportsMOT where classes mean nothing.`
    )
  }
}
