import type { Point } from '../contract/geometry.ts'
import { SightlineError } from '../core/errors.ts'

/**
 * Checks the points that a line or zone was drawn with.
 * @throws SL_OPTION_INVALID for a point outside the frame, or fewer than `least` different points
 */
export function checkDrawing(what: string, name: string, points: readonly Point[], least: number): void {
  const wrong = points.find(([x, y]) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))
  if (wrong) {
    const message = `Point ${wrong.join(',')} of ${what} ${name} is outside the frame: give x and y from 0 to 1.`
    throw new SightlineError('SL_OPTION_INVALID', message)
  }
  const different = new Set(points.map(([x, y]) => `${x},${y}`)).size
  if (different < least) {
    const message = `The ${what} ${name} has ${different} different points: give ${least} or more.`
    throw new SightlineError('SL_OPTION_INVALID', message)
  }
}

/** The smallest upright rectangle around points. */
export interface Bounds {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export function boundsOf(points: readonly Point[]): Bounds {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
}
