import type { HeatWeight } from '../measures/heatmap.ts'
import type { HeatmapOptions } from '../report/heatmap-picture.ts'
import { durationText } from '../report/time-text.ts'

/** What the heatmap's scale says. */
export function heatCaption(weight: HeatWeight): HeatmapOptions {
  if (weight === 'presence') return { describe: durationText }
  if (weight === 'dwell') return { title: 'Dwell', quantity: 'rate', describe: durationText }
  return { title: 'Speed', quantity: 'rate', describe: heights => `${heights.toFixed(2)} heights/s` }
}
