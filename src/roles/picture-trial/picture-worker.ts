// The disposable process that opens a picture which somebody gave, lets a model look at it once, and ends.
import { mostTrialBoxes, type PictureTrial } from '../../contract/api/model.ts'
import { runAsWorker } from '../../jobs/worker-side.ts'
import { openPicture } from '../../media/picture-folder.ts'
import { classifyPicture, findInPicture, isClassifier } from './look-at-picture.ts'
import type { PictureTask } from './picture-trials.ts'

const tellEveryMs = 200

await runAsWorker<PictureTask>(async ({ model, picture, maxPixels, minScore }, talk): Promise<PictureTrial> => {
  // The model runs in a thread of its own, so that this one can tell how much memory it takes.
  const telling = setInterval(() => talk.progress(0, 'looking'), tellEveryMs)
  using frame = await openPicture(picture, maxPixels)
  const { width, height } = frame
  const look = (await isClassifier(model))
    ? { ...(await classifyPicture(frame, model, {})), detections: [], invalidBoxes: 0 }
    : { ...(await findInPicture(frame, model, { minScore })), classes: [] }
  clearInterval(telling)
  const { provider, openMs, milliseconds, detections, classes, invalidBoxes } = look
  return {
    ...{ model: model.entry.name, provider, width, height, openMs, milliseconds, invalidBoxes },
    detections: detections.slice(0, mostTrialBoxes),
    classes: [...classes]
  }
})
