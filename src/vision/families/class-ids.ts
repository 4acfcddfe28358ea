import { cocoLabels } from '../labels.ts'
import type { HeadHints } from './family.ts'

/**
 * How many classes a model tells apart whose boxes name their class by its number, so that no output's size shows it: as
 * many as there are names, and without names as many as COCO has.
 */
export function namedClasses({ labels }: HeadHints): number {
  return labels?.length ?? cocoLabels.length
}

/** A class's number as a model wrote it, or -1, which no class has, for what is no such number. */
export function classIdOf(value: number): number {
  return value >= 0 && value < 2 ** 24 ? value : -1
}
