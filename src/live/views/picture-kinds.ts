import { SightlineError } from '../../core/errors.ts'
import type { PictureRequest } from '../stream-feed.ts'

/** Widths that pictures are made in, in pixels. Each step is about four thirds of the one before, as the eye sees steps. */
const widths = [80, 160, 240, 320, 480, 640, 960, 1280, 1920, 2560, 3840] as const

/** The same with the widest width that is no wider than what was asked for; so pages of any size share what is made. */
export function onLadder(request: PictureRequest): PictureRequest {
  const { maxWidth } = request
  if (maxWidth === undefined) return request
  return { ...request, maxWidth: widths.findLast(width => width <= maxWidth) ?? widths[0] }
}

/** What pictures have to be alike in to be the same ones. */
export function kindOf(stream: string, { boxes, maxWidth, maxFps }: PictureRequest): string {
  return [stream, boxes, maxWidth, maxFps].join()
}

/** @throws SL_VIEW_LIMIT where one more kind of a stream's pictures is too many to make: each is encoded by itself */
export function checkKinds(stream: string, kinds: Iterable<string>, most: number): void {
  let count = 0
  for (const kind of kinds) if (kind.startsWith(`${stream},`)) count++
  if (count < most) return
  throw new SightlineError(
    'SL_VIEW_LIMIT',
    `Pictures of ${stream} are being made in ${most} ways already. Ask for a width, rate and boxes that somebody has.`,
    { retryable: true }
  )
}
