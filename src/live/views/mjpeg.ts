import type { RelayedPicture } from '../stream-feed.ts'

const boundary = 'sightline-picture'

/** Of a response whose body is `multipart`'s. */
export const multipartType = `multipart/x-mixed-replace; boundary=${boundary}`

/**
 * Pictures that replace each other (RFC 2046, 5.1). Each is closed by the boundary of the next at once, because browsers show a
 * picture when they see its end.
 */
export async function* multipart(pictures: AsyncIterable<RelayedPicture>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const picture of pictures) {
    const { jpeg } = picture
    const head = ['content-type: image/jpeg', `content-length: ${jpeg.length}`]
    for (const [name, value] of Object.entries(pictureHeaders(picture))) head.push(`${name}: ${value}`)
    const start = `${isFirst ? `--${boundary}\r\n` : ''}${head.join('\r\n')}\r\n\r\n`
    isFirst = false
    yield Buffer.concat([Buffer.from(start), jpeg, Buffer.from(`\r\n--${boundary}\r\n`)])
  }
}

/** Which picture it is, for whoever has something to draw on it. */
export function pictureHeaders({ ptsMs, epoch }: RelayedPicture): Readonly<Record<string, string>> {
  return { 'sightline-pts-ms': String(Math.round(ptsMs)), 'sightline-epoch': String(epoch) }
}

/** A viewer that does not take a picture for so long is given up. */
const mostStalledMs = 10_000

/** The same parts. Calls `giveUp` where the next is not asked for in time. */
export async function* takenInTime(parts: AsyncIterable<Buffer>, giveUp: () => void): AsyncGenerator<Buffer> {
  for await (const part of parts) {
    const timer = setTimeout(giveUp, mostStalledMs)
    try {
      yield part
    } finally {
      clearTimeout(timer)
    }
  }
}
