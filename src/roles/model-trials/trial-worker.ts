// The disposable process in which a model is opened and run that was never seen: one model, then it ends.
import { runAsWorker } from '../../jobs/worker-side.ts'
import { openDetector } from '../../vision/open-detector.ts'
import type { TrialTask } from './model-trials.ts'

const tellEveryMs = 200

await runAsWorker<TrialTask>(async ({ path, family, labels }, talk) => {
  // The model runs in a thread of its own, so that this one can tell how much memory it takes.
  const telling = setInterval(() => talk.progress(0, 'trying'), tellEveryMs)
  const cpu = { provider: 'cpu', concurrency: 1, batch: 1 } as const
  await using detector = await openDetector({ modelPath: path, name: path, family, labels, ...cpu })
  const { width, height } = detector.request
  // Opening has run it on an even picture. What it does may depend on what it sees.
  const slot = await detector.acquire()
  slot.pixels.forEach((_, at, pixels) => {
    pixels[at] = at * 31
  })
  await detector.detect(slot, { left: 0, top: 0, width, height }, 0)
  clearInterval(telling)
  return {}
})
