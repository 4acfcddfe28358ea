import type { ClassColour } from './class-colour.ts'

/**
 * The twelve of reports and annotated videos (src/report/palette.ts; a test holds them alike): told apart by all eyes, neighbours the
 * most. Somebody has the same colour live, in a recording and in a list.
 */
export const trackFills = [
  ...['#35c4fc', '#85c036', '#872dba', '#efca9f', '#db3e98', '#7d7ef6'],
  ...['#a77e33', '#f68dc1', '#8afbf4', '#3436fe', '#d4f729', '#b1291b']
] as const
/** On these, light letters are read better than dark ones. */
const deep: ReadonlySet<string> = new Set(['#872dba', '#3436fe', '#b1291b'])

/** The colour of a track (ids from 1). */
export function trackColour(id: number): ClassColour {
  const fill = trackFills[(((id - 1) % trackFills.length) + trackFills.length) % trackFills.length]!
  return { fill, text: deep.has(fill) ? '#ffffff' : '#0b0f14' }
}
