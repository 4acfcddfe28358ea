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

/** Drivers that did not open their device, and until when they are not asked again. */
const refused = new Map<string, { readonly reason: string; readonly untilMs: number }>()
/** Raise it where opening takes long, at that much longer without a device whose driver was only installed or restarted. */
const refusalHoldsMs = 60_000

/**
 * The device, opened, or why it cannot be, as the end of a sentence. The first time this may take some hundred milliseconds, in
 * which nothing else happens: a driver that refuses is asked once a minute, however many streams want its device.
 */
export function openDevice(
  { name, type, missing }: HardwareDevice,
  nowMs = performance.now()
): HardwareDeviceContext | string {
  const known = opened.get(name)
  if (known) return known
  const absent = missing()
  if (absent !== undefined) return absent
  const before = refused.get(name)
  if (before && nowMs < before.untilMs) return before.reason
  const context = new HardwareDeviceContext()
  const code = context.create(type)
  if (code >= 0) {
    opened.set(name, context)
    return context
  }
  const reason = `its driver does not open it (${ffmpegReason(code)})`
  refused.set(name, { reason, untilMs: nowMs + refusalHoldsMs })
  return reason
}

function hasRenderNode(): boolean {
  try {
    return readdirSync('/dev/dri').some(node => node.startsWith('renderD'))
  } catch {
    return false
  }
}
