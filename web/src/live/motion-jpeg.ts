import { ViewError } from './view-error.ts'

/** Until the first picture. */
const firstMs = 5000

/** Shows pictures one by one in an `<img>`: what even the oldest browser can. @throws ViewError */
export async function viewMotionJpeg(
  url: string,
  picture: HTMLImageElement,
  signal: AbortSignal
): Promise<Disposable & { readonly ended: Promise<string> }> {
  const ended = Promise.withResolvers<string>()
  const stop = () => picture.removeAttribute('src')
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new ViewError('No picture came.')), firstMs)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    // Some browsers say so with every picture, others only at the end of all.
    picture.onload = () => resolve()
    picture.onerror = () => {
      reject(new ViewError('The server sent no picture.'))
      ended.resolve('The pictures ended.')
    }
    picture.src = url
    const look = () => {
      if (picture.naturalWidth > 0) resolve()
      else if (!signal.aborted && picture.src !== '') setTimeout(look, 100)
    }
    look()
    ended.promise.finally(() => clearTimeout(timer))
  }).catch(error => {
    stop()
    throw error
  })
  return { ended: ended.promise, [Symbol.dispose]: stop }
}
