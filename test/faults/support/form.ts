/** True for the form that takes long: SIGHTLINE_FAULTS=long. The short one is part of the checks of every change. */
export const isLong = process.env.SIGHTLINE_FAULTS === 'long'

/** How much of something to do in this form. */
export function atMost(short: number, long: number): number {
  return isLong ? long : short
}
