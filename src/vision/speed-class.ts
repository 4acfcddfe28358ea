/** How fast a model is, whatever the machine: told by its time on one core of a usual one. */
export const speedClasses = ['fast', 'medium', 'slow'] as const
export type SpeedClass = (typeof speedClasses)[number]

/** A hundred frames a second on one core: a camera costs a tenth of it. */
const fastMs = 10
/** Twenty-five: one core for one camera. */
const mediumMs = 40

/** @param ms of one frame on one core */
export function speedClass(ms: number): SpeedClass {
  if (ms <= fastMs) return 'fast'
  return ms <= mediumMs ? 'medium' : 'slow'
}
