import type { HeatWeight } from '../measures/heatmap.ts'
import type { HeatmapOptions } from '../report/heatmap-picture.ts'

/** What the heatmap's scale says. */
export function heatCaption(weight: HeatWeight): HeatmapOptions {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  if (weight === 'presence') return { describe: seconds }
  if (weight === 'dwell') return { title: 'Dwell', quantity: 'rate', describe: seconds }
  return { title: 'Speed', quantity: 'rate', describe: heights => `${heights.toFixed(2)} heights/s` }
}
