import { type CodecContext, Frame, type HardwareDeviceContext } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import { type HardwareDevice, hardwareDevices, openDevice } from './hardware-devices.ts'

/** What is to decode. `auto`: the first device that opens, else the processor. */
export type Decoding = 'software' | 'auto' | 'nvdec' | 'vaapi' | 'videotoolbox'

/** A device that fails so often in a row is given up, once it has shown that it works. */
const mostFailures = 3
/**
 * Packets that a device may be sent before its first picture; they are kept until then. Decoders hold back 16 pictures. Raise it
 * for recordings that begin far before their first key frame, at that memory.
 */
export const mostUnproven = 64
/** Why a device that was sent so much is given up. */
export const gaveNothing = 'it gave no picture'

/**
 * A decoder's use of a device. It begins with the device that was asked for, if that opens, and ends with the first picture that
 * the device does not give: from then on the processor decodes, and `notice` says why.
 */
export class HardwareUse {
  #device: { readonly device: HardwareDevice; readonly context: HardwareDeviceContext } | undefined
  #notice: SightlineError | undefined
  #isProven = false
  #failures = 0

  /** @param devices that there may be; those of this machine when left out */
  constructor(wish: Decoding, devices: readonly HardwareDevice[] = hardwareDevices) {
    if (wish === 'software') return
    for (const device of wish === 'auto' ? devices : devices.filter(({ name }) => name === wish)) {
      const context = openDevice(device)
      if (typeof context !== 'string') {
        this.#device = { device, context }
        return
      }
      if (wish !== 'auto') this.#notice = refused(device.name, context)
    }
  }

  /** Which device decodes; undefined: the processor. */
  get device(): string | undefined {
    return this.#device?.device.name
  }

  /** SL_HARDWARE_DECODING: why the processor decodes though a device was asked for; undefined while all is as it was asked for. */
  get notice(): SightlineError | undefined {
    return this.#notice
  }

  /** True until the first picture of a device is there: what was sent until then can be sent again. */
  get isUnproven(): boolean {
    return this.#device !== undefined && !this.#isProven
  }

  /** Has a decoder that is about to be opened use the device, if there is one. */
  prepare(context: CodecContext): void {
    if (!this.#device) return
    context.hwDeviceCtx = this.#device.context
    context.setHardwarePixelFormat(this.#device.device.format)
  }

  /**
   * The picture in main memory; takes `frame` over. Undefined where the device does not hand it out.
   * A picture that lies there already is the processor's: FFmpeg stands in by itself for what a device cannot decode.
   */
  async picture(frame: Frame): Promise<Frame | undefined> {
    if (!this.#device) return frame
    if (!frame.isHwFrame()) {
      this.#giveUp('it does not decode this')
      return frame
    }
    const picture = new Frame()
    picture.alloc()
    const moved = await frame.hwframeTransferData(picture)
    const code = moved < 0 ? moved : picture.copyProps(frame)
    frame.free()
    if (code >= 0) {
      this.#isProven = true
      this.#failures = 0
      return picture
    }
    picture.free()
    return undefined
  }

  /**
   * Something failed that a device had to do. True when the decoder has to be opened anew, for the processor.
   * @param reason FFmpeg's code, or the end of a sentence
   */
  failed(reason: number | string): boolean {
    if (!this.#device || (this.#isProven && ++this.#failures < mostFailures)) return false
    this.#giveUp(typeof reason === 'string' ? reason : `it failed (${ffmpegReason(reason)})`)
    return true
  }

  #giveUp(reason: string): void {
    this.#notice = refused(this.#device!.device.name, reason)
    this.#device = undefined
  }
}

function refused(device: string, reason: string): SightlineError {
  return new SightlineError('SL_HARDWARE_DECODING', `${device} cannot decode here: ${reason}. The processor decodes.`)
}
