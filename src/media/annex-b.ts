import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, type AVCodecID } from 'node-av/constants'
import { BitStreamFilter, BitStreamFilterContext, type Packet, type Stream } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'

const filters = new Map<AVCodecID, string>([
  [AV_CODEC_ID_H264, 'h264_mp4toannexb'],
  [AV_CODEC_ID_HEVC, 'hevc_mp4toannexb']
])

/** Makes H.264's and H.265's packets as MP4 has them into Annex B, with the parameter sets before each key frame. */
export class AnnexB implements Disposable {
  readonly #context: BitStreamFilterContext

  /** Undefined where packets are to stay as they are. */
  static for({ codecpar, timeBase }: Stream): AnnexB | undefined {
    const name = filters.get(codecpar.codecId)
    // An avcC or hvcC record begins with its version, 1 (ISO/IEC 14496-15).
    const filter = name && codecpar.extradata?.[0] === 1 ? BitStreamFilter.getByName(name) : undefined
    if (!filter) return undefined
    const context = new BitStreamFilterContext()
    check(context.alloc(filter))
    codecpar.copy(context.inputCodecParameters!)
    context.inputTimeBase = timeBase
    check(context.init())
    return new AnnexB(context)
  }

  private constructor(context: BitStreamFilterContext) {
    this.#context = context
  }

  /** In place. */
  async convert(packet: Packet): Promise<void> {
    check(await this.#context.sendPacket(packet))
    check(await this.#context.receivePacket(packet))
  }

  [Symbol.dispose](): void {
    this.#context.free()
  }
}

function check(code: number): void {
  if (code < 0)
    throw new SightlineError('SL_INPUT_DAMAGED', `Packets cannot be made into Annex B: ${ffmpegReason(code)}.`)
}
