import { makeClip } from './make-clip.ts'

export const doorSize = { width: 320, height: 240 }

/** 20 s at 10 fps, in groups of a second. */
export const doorFrames = 200

/** Frames in which somebody walks past: in from the left, out to the right. */
export const walkFrames = { first: 126, last: 145 }

const floor = Buffer.alloc(doorSize.width * doorSize.height * 4, 0xff)
for (let at = 0; at < floor.length; at += 4) floor.fill(70 + ((at * 31) % 23), at, at + 3)

/** A still, textured floor, over which a bright square walks once. RGBA. */
function guardedDoor(index: number, width: number, height: number): Buffer {
  const data = Buffer.from(floor)
  const { first, last } = walkFrames
  if (index < first || index > last) return data
  const side = height / 4
  const left = Math.round(((index - first + 0.5) / (last - first + 1)) * (width - side))
  for (let y = side; y < 2 * side; y++) data.fill(225, (y * width + left) * 4, (y * width + left + side) * 4)
  return data
}

/** Writes what a fixed camera sees that has hardly anything to see. */
export function makeGuardedDoor(path: string, options: Partial<Parameters<typeof makeClip>[1]> = {}): Promise<void> {
  return makeClip(path, { ...doorSize, frames: doorFrames, fps: 10, gop: 10, paint: guardedDoor, ...options })
}
