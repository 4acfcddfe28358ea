import { basename } from 'node:path'
import type { Heatmap, HeatWeight } from '../measures/heatmap.ts'
import type { BestCrops } from '../report/best-crops.ts'
import { contactSheet } from '../report/contact-sheet.ts'
import { heatmapPicture } from '../report/heatmap-picture.ts'
import type { OutputFolder } from '../report/output-folder.ts'
import { packPicture } from '../report/picture.ts'
import type { RecordingReport } from '../report/recording-report.ts'
import { heatCaption } from './heat-caption.ts'

/** What the pictures of an analysis are drawn from. */
export interface PictureSources {
  /** What was analysed, as people call it. */
  readonly title: string
  /** Class names by class id. */
  readonly labels: readonly string[]
  readonly report: RecordingReport
  readonly crops: BestCrops
  readonly tracks: number
  readonly heatmap: Heatmap
  readonly weight: HeatWeight
}

/**
 * Draws `poster.jpg`, `heatmap.png` and `contact-sheet.jpg`, one after the other: a sheet of many tracks takes 100 MB while it is drawn.
 * Loaded apart: the drawing library takes its time.
 */
export async function drawPictures(folder: OutputFolder, sources: PictureSources): Promise<void> {
  const { title, labels, report, crops, tracks, heatmap, weight } = sources
  if (report.still) {
    folder.file('poster.jpg', await packPicture(report.still))
    folder.file('heatmap.png', await heatmapPicture(report.still, heatmap.grid(weight), heatCaption(weight)))
  }
  const sheet = await contactSheet(await crops.result(), { title: basename(title), labels, tracks })
  folder.file('contact-sheet.jpg', sheet)
}
