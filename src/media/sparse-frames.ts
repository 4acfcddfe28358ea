import type { VideoFrame } from './frame.ts'
import type { FreshStart } from './fresh-start.ts'
import { GroupDecoder, type GroupDecoderParts } from './group-decoder.ts'
import { GroupQueue } from './group-queue.ts'
import { type PacketGroup, packetGroups } from './packet-groups.ts'
import { QuietSizes } from './quiet-sizes.ts'
import type { Watch } from './video.ts'

/** A stretch that is left out ends at the first key frame behind this: what stands still is to be looked at again. */
const lookAgainMs = 5_000
/** Longest stretch that is left out, where key frames are rare. x264's groups last as long, unasked. */
const longestMs = 10_000

/**
 * A recording's frames, of which those between two key frames are left undecoded when nothing can have happened there:
 * nothing moved up to the first, the packets are as small as they are then (`QuietSizes`), and both key frames look as
 * what was seen last. Everything else is decoded by whole groups and shown to the watch, so that movement which only
 * shows at a stretch's end is followed back to its beginning. Which frames are left out depends on the recording
 * and the watch alone. docs/decisions/2026-11-21-undecoded-frames.md has the reasons.
 */
export async function* sparseFrames(
  parts: GroupDecoderParts,
  startsFresh: FreshStart,
  watch: Watch
): AsyncGenerator<VideoFrame, undefined> {
  const { width, height } = parts.demuxer.stream.codecpar
  const sizes = new QuietSizes(width * height)
  using decoding = new GroupDecoder(parts)
  await using groups = new GroupQueue(packetGroups(parts.demuxer, startsFresh))
  let isStill = false

  /** How many groups from here on may be left out, by what can be told without decoding. */
  async function quietGroups(): Promise<number> {
    if (!isStill) return 0
    const first = await groups.at(0)
    for (let count = 0; ; count++) {
      const [group, next] = [await groups.at(count), await groups.at(count + 1)]
      if (!group || !next || !areTold(group, next) || !sizes.areQuiet(group.sizes)) return count
      const lengthMs = next.timesMs![0]! - first!.timesMs![0]!
      if (lengthMs > longestMs) return count
      if (lengthMs >= lookAgainMs) return count + 1
    }
  }

  async function looksTheSame(group: PacketGroup): Promise<boolean> {
    const picture = await decoding.keyPicture(group)
    return picture !== undefined && watch.looksTheSame(picture)
  }

  async function* seen(frames: AsyncIterable<VideoFrame>): AsyncGenerator<VideoFrame> {
    for await (const frame of frames) {
      if (!frame.isLeftOut) isStill = await seenBy(watch, frame)
      yield frame
    }
  }

  async function* decoded(group: PacketGroup, isLast: boolean): AsyncGenerator<VideoFrame> {
    let moved = false
    let shown = 0
    for await (const frame of seen(decoding.all(group, isLast))) {
      moved ||= !isStill
      shown++
      yield frame
    }
    // Where packets are no frames (fields, pictures that are not shown) nothing is learned, and so nothing left out.
    if (!moved && shown === group.packets.length) sizes.learn(group.sizes)
  }

  for (let group = await groups.at(0); group && !decoding.isOver; group = await groups.at(0)) {
    const quiet = await quietGroups()
    if (quiet > 0 && (await looksTheSame(group)) && (await looksTheSame((await groups.at(quiet))!))) {
      yield* seen(decoding.keyAlone(group))
      for (let i = 0; i < quiet; i++) {
        const leftOut = (await groups.at(0))!
        if (i > 0) yield* decoding.none(leftOut)
        sizes.learn(leftOut.sizes)
        groups.drop()
      }
    } else {
      yield* decoded(group, (await groups.at(1))?.isFresh ?? true)
      groups.drop()
    }
  }
}

/** Whether a group's frames can be told, and told apart from those behind it, without decoding them. */
function areTold({ isFresh, packets, timesMs }: PacketGroup, next: PacketGroup): boolean {
  if (!isFresh || !next.isFresh || !timesMs || !next.timesMs) return false
  const isKeyFirst = packets.every(({ pts }, i) => i === 0 || pts > packets[0]!.pts)
  return isKeyFirst && new Set(timesMs).size === timesMs.length && next.timesMs[0]! > timesMs.at(-1)!
}

async function seenBy(watch: Watch, frame: VideoFrame): Promise<boolean> {
  try {
    return await watch.see(frame)
  } catch (error) {
    frame[Symbol.dispose]()
    throw error
  }
}
