import type { VideoFrame } from '../media/frame.ts'

/**
 * Of a live source the newest frame only: what comes while its reader works takes the place of what waits. So the age
 * of a result is bounded, whatever the reader can do. `dropped` is told of each frame that nobody read.
 */
export async function* newestFrames(
  source: AsyncGenerator<VideoFrame>,
  dropped: () => void
): AsyncGenerator<VideoFrame> {
  let waiting: VideoFrame | undefined
  let ended = false
  let failure: { readonly error: unknown } | undefined
  let wake = () => {}
  const reading = (async () => {
    try {
      for await (const frame of source) {
        if (ended) {
          frame[Symbol.dispose]()
          return
        }
        if (waiting) {
          waiting[Symbol.dispose]()
          dropped()
        }
        waiting = frame
        wake()
      }
    } catch (error) {
      failure = { error }
    }
    ended = true
    wake()
  })()
  try {
    for (;;) {
      const frame: VideoFrame | undefined = waiting
      if (frame) {
        waiting = undefined
        yield frame
      } else if (failure) throw failure.error
      else if (ended) return
      else
        await new Promise<void>(resolve => {
          wake = resolve
        })
    }
  } finally {
    ended = true
    // Ends a wait for the source's next frame, as far as the source can be ended.
    await Promise.all([source.return(undefined), reading])
    waiting?.[Symbol.dispose]()
  }
}
