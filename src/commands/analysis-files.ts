import type { OutputFolder } from '../report/output-folder.ts'
import type { AnalysisPlan } from './analysis-options.ts'

/** What only some analyses write. */
const optional = ['annotated.mp4', 'movement.csv', 'counts.csv', 'paths.json']

/**
 * Tells the folder, before anything costs time, which files come at the end, and which of an earlier analysis must
 * not stay beside them. Throws `SL_OUTPUT_UNWRITABLE` or `SL_OPTION_CONFLICT`.
 */
export function announceFiles(folder: OutputFolder, { annotate, paths }: AnalysisPlan): void {
  folder.expect('summary.json', 'poster.jpg', 'heatmap.png', 'contact-sheet.jpg')
  if (annotate) folder.expect('annotated.mp4')
  if (paths) folder.expect('paths.json')
  folder.retire('summary.json', optional)
}
