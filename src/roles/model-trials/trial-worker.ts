// The disposable process in which a model is opened and run that was never seen: one model, then it ends.
import { runAsWorker } from '../../jobs/worker-side.ts'
import { openDetector } from '../../vision/open-detector.ts'
import { openEmbedder } from '../../vision/open-embedder.ts'
import type { TrialTask } from './model-trials.ts'

const tellEveryMs = 200

await runAsWorker<TrialTask>(async ({ path, family, labels, task }, talk) => {
  // The model runs in a thread of its own, so that this one can tell how much memory it takes.
  const telling = setInterval(() => talk.progress(0, 'trying'), tellEveryMs)
  const cpu = { provider: 'cpu', concurrency: 1, batch: 1 } as const
  const options = { modelPath: path, name: path, family, labels, ...cpu }
  await using model = task === 'embed' ? await openEmbedder(options) : await openDetector(options)
  const { width, height } = model.request
  // Opening has run it on an even picture. What it does may depend on what it sees.
  const slot = await model.acquire()
  slot.pixels.forEach((_, at, pixels) => {
    pixels[at] = at * 31
  })
  await ('embed' in model ? model.embed(slot) : model.detect(slot, { left: 0, top: 0, width, height }, 0))
  clearInterval(telling)
  return {}
})
