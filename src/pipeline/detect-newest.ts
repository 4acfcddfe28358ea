import type { VideoFrame } from '../media/frame.ts'
import type { Detector } from '../vision/detector.ts'
import type { SeenFrame } from './detect-ahead.ts'
import type { FrameSampler } from './frame-sampler.ts'
import type { FrameSlot } from './frame-slot.ts'
import { lookAt } from './look-at.ts'
import type { Looker } from './looker.ts'
import type { StageClock } from './stage-clock.ts'

export interface NewestParts {
  readonly slot: FrameSlot
  readonly sampler: FrameSampler
  /** What looks at frames from now on; another one from one frame to the next, where somebody wants that. */
  readonly looker: () => Looker
}

/**
 * Gives a live stream's newest frames to a detector that it shares, as many at once as that runs, and hands them on in the
 * order they came. Which frame it is, is settled only when the stream's turn has come: what waits for a turn does not grow
 * old. The receiver disposes of the frames.
 */
export async function* detectNewest(parts: NewestParts, clock: StageClock): AsyncGenerator<SeenFrame> {
  const { slot, looker } = parts
  const pending: Promise<SeenFrame>[] = []
  let taking: Promise<VideoFrame | undefined> | undefined
  try {
    for (;;) {
      taking ??= slot.take()
      const frame = pending.length === 0 ? await taking : await earlier(taking, pending[0]!)
      if (frame === 'result') {
        yield await pending.shift()!
        continue
      }
      taking = undefined
      if (!frame) break
      const { seen } = await begin(frame, parts, clock)
      seen.catch(() => undefined) // Reported when its turn comes.
      pending.push(seen)
      while (pending.length >= looker().detector.concurrency && pending.length > 0) yield await pending.shift()!
    }
    while (pending.length > 0) yield await pending.shift()!
  } finally {
    for (const seen of pending) await seen.then(dispose, () => undefined)
    slot.end()
    if (taking) (await taking)?.[Symbol.dispose]()
  }
}

/** Resolves when the frame's turn has come, so that no more are begun; `seen` is what becomes of it. */
async function begin(
  frame: VideoFrame,
  { slot, sampler, looker }: NewestParts,
  clock: StageClock
): Promise<{ readonly seen: Promise<SeenFrame> }> {
  let held = frame
  try {
    const outcome = await clock.time('sample', sampler.outcome(held), held)
    if (outcome !== 'analysed') return { seen: Promise.resolve({ frame: held, outcome, detections: undefined }) }
    // The turn and the detector belong together, whatever is wanted of the next frame.
    const now = looker()
    const turn = await clock.time('wait', now.turn(), held)
    held = slot.exchange(held)
    return { seen: detect(held, now.detector, turn, clock) }
  } catch (error) {
    held[Symbol.dispose]()
    throw error
  }
}

async function detect(frame: VideoFrame, detector: Detector, turn: Disposable, clock: StageClock): Promise<SeenFrame> {
  try {
    const { boxes } = await lookAt(frame, detector, clock)
    const detections = await boxes
    return { frame, outcome: 'analysed', detections }
  } catch (error) {
    frame[Symbol.dispose]()
    throw error
  } finally {
    turn[Symbol.dispose]()
  }
}

/** Whichever comes first: the next frame, or a result. */
function earlier(
  taking: Promise<VideoFrame | undefined>,
  oldest: Promise<SeenFrame>
): Promise<VideoFrame | undefined | 'result'> {
  const settled = () => 'result' as const
  return Promise.race([oldest.then(settled, settled), taking])
}

function dispose({ frame }: SeenFrame): void {
  frame[Symbol.dispose]()
}
