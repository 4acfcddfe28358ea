import { existsSync, readdirSync } from 'node:fs'
import {
  AV_HWDEVICE_TYPE_CUDA,
  AV_HWDEVICE_TYPE_VAAPI,
  AV_HWDEVICE_TYPE_VIDEOTOOLBOX,
  AV_PIX_FMT_CUDA,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_VIDEOTOOLBOX,
  type AVHWDeviceType,
  type AVPixelFormat
} from 'node-av/constants'
import { HardwareDeviceContext } from 'node-av/lib'
import { ffmpegReason } from './ffmpeg.ts'

/** What can decode in place of the processor. */
export interface HardwareDevice {
  readonly name: string
  readonly type: AVHWDeviceType
  /** Of pictures in its memory. */
  readonly format: AVPixelFormat
  /** Why it need not even be tried on this machine; undefined when it should be. Loads no driver. */
  readonly missing: () => string | undefined
}

/** Those that `auto` tries first come first. */
export const hardwareDevices: readonly HardwareDevice[] = [
  {
    ...{ name: 'nvdec', type: AV_HWDEVICE_TYPE_CUDA, format: AV_PIX_FMT_CUDA },
    missing: () =>
      process.platform === 'linux' && !existsSync('/dev/nvidia0') ? 'there is no /dev/nvidia0' : undefined
  },
  {
    ...{ name: 'vaapi', type: AV_HWDEVICE_TYPE_VAAPI, format: AV_PIX_FMT_VAAPI },
    missing: () => (hasRenderNode() ? undefined : 'there is no /dev/dri/renderD…')
  },
  {
    ...{ name: 'videotoolbox', type: AV_HWDEVICE_TYPE_VIDEOTOOLBOX, format: AV_PIX_FMT_VIDEOTOOLBOX },
    missing: () => (process.platform === 'darwin' ? undefined : 'it is a part of macOS')
  }
]

/** Opened ones, for as long as the process lives: on a card each costs some hundred megabytes, whoever decodes there. */
const opened = new Map<string, HardwareDeviceContext>()

/** The device, opened, or why it cannot be, as the end of a sentence. The first time this may take some hundred milliseconds. */
export function openDevice({ name, type, missing }: HardwareDevice): HardwareDeviceContext | string {
  const known = opened.get(name)
  if (known) return known
  const reason = missing()
  if (reason !== undefined) return reason
  const context = new HardwareDeviceContext()
  const code = context.create(type)
  if (code < 0) return `its driver does not open it (${ffmpegReason(code)})`
  opened.set(name, context)
  return context
}

function hasRenderNode(): boolean {
  try {
    return readdirSync('/dev/dri').some(node => node.startsWith('renderD'))
  } catch {
    return false
  }
}
