import { AV_NOPTS_VALUE, AV_PKT_FLAG_CORRUPT, AV_PKT_FLAG_DISCARD } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import type { Demuxer } from './demuxer.ts'
import type { FreshStart } from './fresh-start.ts'

/** A group that grows beyond is given out in parts, so that a recording with a single key frame is not held as a whole. */
const mostPackets = 300
const mostBytes = 8 << 20

/** Packets that follow one another, from a fresh start up to the next. Its owner disposes it. */
export class PacketGroup implements Disposable {
  readonly packets: readonly Packet[]
  /** False for the second and further parts of a group that was too large. */
  readonly isFresh: boolean
  readonly sizes: readonly number[]
  /**
   * When its pictures are shown, in that order, in milliseconds of media time. Undefined where that cannot be said before
   * they are decoded: without times, or with packets that are broken or not to be shown.
   */
  readonly timesMs: readonly number[] | undefined

  constructor(packets: readonly Packet[], isFresh: boolean, toMs: (timestamp: bigint) => number) {
    this.packets = packets
    this.isFresh = isFresh
    this.sizes = packets.map(packet => packet.size)
    if (packets.every(isSound)) this.timesMs = packets.map(({ pts }) => toMs(pts)).sort((a, b) => a - b)
  }

  [Symbol.dispose](): void {
    for (const packet of this.packets) packet.free()
  }
}

/** Reads a recording in groups, each of which can be decoded by itself. */
export async function* packetGroups(demuxer: Demuxer, startsFresh: FreshStart): AsyncGenerator<PacketGroup> {
  const toMs = (timestamp: bigint) => demuxer.toMs(timestamp)
  let held: Packet[] = []
  let bytes = 0
  let isFresh = false
  let packet = allocated()
  try {
    while (await demuxer.read(packet)) {
      const begins = packet.isKeyframe && startsFresh(packet.data ?? Buffer.alloc(0))
      if (held.length > 0 && (begins || held.length >= mostPackets || bytes >= mostBytes)) {
        const group = new PacketGroup(held, isFresh, toMs)
        held = []
        bytes = 0
        isFresh = false
        yield group
      }
      isFresh ||= begins
      bytes += packet.size
      held.push(packet)
      packet = allocated()
    }
    if (held.length > 0) yield new PacketGroup(held.splice(0), isFresh, toMs)
  } finally {
    for (const unread of [...held, packet]) unread.free()
  }
}

function isSound({ pts, flags }: Packet): boolean {
  return pts !== AV_NOPTS_VALUE && (flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD)) === 0
}

function allocated(): Packet {
  const packet = new Packet()
  packet.alloc()
  return packet
}
