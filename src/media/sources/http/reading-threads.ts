import { SightlineError } from '../../../core/errors.ts'

/** Of libuv's usual four. */
export const usualReadingThreads = 2

let taken = 0

/**
 * A place among those who may hold a thread of this process's pool (UV_THREADPOOL_SIZE) for as long as they live: FFmpeg waits in one
 * for a live stream's next bytes. Decoders and files need the others, and would stand still without.
 * @throws SL_INPUT_REFUSED where `most` are taken
 */
export function takeReadingThread(title: string, most: number): Disposable {
  if (taken >= most) {
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `${title} needs a thread to itself, and all ${most} that this worker has for such sources are taken. Have it sent by RTSP or HLS instead.`,
      { retryable: true }
    )
  }
  taken++
  return { [Symbol.dispose]: () => void taken-- }
}
