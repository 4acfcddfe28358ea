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
 * order they came, each as soon as it is done: not when the next one's turn comes. Which frame it is, is settled only when the
 * stream's turn has come: what waits for a turn does not grow old. The receiver disposes of the frames.
 */
export async function* detectNewest(parts: NewestParts, clock: StageClock): AsyncGenerator<SeenFrame> {
  const { slot, looker } = parts
  const pending: Promise<SeenFrame>[] = []
  let next: Promise<Begun | undefined> | undefined
  try {
    for (;;) {
      const isFull = pending.length > 0 && pending.length >= looker().detector.concurrency
      if (!isFull) next ??= heard(begin(parts, clock))
      const begun = isFull ? 'result' : pending.length === 0 ? await next : await earlier(next!, pending[0]!)
      if (begun === 'result') {
        yield await pending.shift()!
        continue
      }
      next = undefined
      if (!begun) break
      pending.push(begun.seen)
    }
    while (pending.length > 0) yield await pending.shift()!
  } finally {
    for (const seen of pending) await seen.then(dispose, () => undefined)
    slot.end()
    await next?.then(begun => begun?.seen.then(dispose)).catch(() => undefined)
  }
}

interface Begun {
  readonly seen: Promise<SeenFrame>
}

/** Resolves when the next frame's turn has come, so that no more are begun; `seen` is what becomes of it. Undefined at the end. */
async function begin({ slot, sampler, looker }: NewestParts, clock: StageClock): Promise<Begun | undefined> {
  let held = await slot.take()
  if (!held) return undefined
  try {
    const outcome = await clock.time('sample', sampler.outcome(held), held)
    if (outcome !== 'analysed') return { seen: Promise.resolve({ frame: held, outcome, detections: undefined }) }
    // The turn and the detector belong together, whatever is wanted of the next frame.
    const now = looker()
    const turn = await clock.time('wait', now.turn(), held)
    held = slot.exchange(held)
    return { seen: heard(detect(held, now.detector, turn, clock)) }
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

/** Whichever comes first: the next frame's turn, or a result. */
function earlier(next: Promise<Begun | undefined>, oldest: Promise<SeenFrame>): Promise<Begun | undefined | 'result'> {
  const settled = () => 'result' as const
  return Promise.race([oldest.then(settled, settled), next])
}

/** Its failure is reported when its turn comes. */
function heard<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

function dispose({ frame }: SeenFrame): void {
  frame[Symbol.dispose]()
}
