// The disposable process that opens a stranger's file, up to its first picture: one file, then it ends.
import { runAsWorker } from '../jobs/worker-side.ts'
import { openVideo } from '../media/open-video.ts'
import type { CheckReport, CheckTask } from './upload-check.ts'

await runAsWorker<CheckTask>(async ({ path, maxPixels }): Promise<CheckReport> => {
  await using video = await openVideo(path, { maxPixels, decodeThreads: 1 })
  const { container, codec, durationMs = null } = video.facts
  return { container, codec, durationMs }
})
