import { SightlineError } from '../../../core/errors.ts'

/**
 * FFmpeg waits for a live stream's next bytes in a thread of libuv's pool, which decoders and files need as well. Raise it
 * together with UV_THREADPOOL_SIZE, which is to be larger by 8 at least.
 */
const most = 24
let taken = 0

/** A place among those who may hold a thread for long. Throws SL_INPUT_REFUSED where there is none left. */
export function takeReadingThread(title: string): Disposable {
  if (taken >= most) {
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `${title} cannot be read by this worker as well, which has ${most} recordings over HTTP open already.`,
      { retryable: true }
    )
  }
  taken++
  return { [Symbol.dispose]: () => void taken-- }
}
