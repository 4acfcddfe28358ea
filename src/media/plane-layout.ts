import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV422P10LE,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUV444P10LE,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  type AVPixelFormat
} from 'node-av/constants'

/** A pixel's bytes in one plane, and by how many bits its coordinates are halved there. */
interface Plane {
  readonly bytes: number
  readonly shiftX: number
  readonly shiftY: number
}

const planar = (bytes: number, shiftX: number, shiftY: number): Plane[] => [
  { bytes, shiftX: 0, shiftY: 0 },
  { bytes, shiftX, shiftY },
  { bytes, shiftX, shiftY }
]

const layouts = new Map<AVPixelFormat, readonly Plane[]>([
  [AV_PIX_FMT_YUV420P, planar(1, 1, 1)],
  [AV_PIX_FMT_YUVJ420P, planar(1, 1, 1)],
  [AV_PIX_FMT_YUV422P, planar(1, 1, 0)],
  [AV_PIX_FMT_YUVJ422P, planar(1, 1, 0)],
  [AV_PIX_FMT_YUV444P, planar(1, 0, 0)],
  [AV_PIX_FMT_YUVJ444P, planar(1, 0, 0)],
  [AV_PIX_FMT_YUV420P10LE, planar(2, 1, 1)],
  [AV_PIX_FMT_YUV422P10LE, planar(2, 1, 0)],
  [AV_PIX_FMT_YUV444P10LE, planar(2, 0, 0)],
  [
    AV_PIX_FMT_NV12,
    [
      { bytes: 1, shiftX: 0, shiftY: 0 },
      { bytes: 2, shiftX: 1, shiftY: 1 }
    ]
  ],
  [AV_PIX_FMT_GRAY8, [{ bytes: 1, shiftX: 0, shiftY: 0 }]]
])

/** True when the first plane is 8-bit luma: who wants only that need not touch the others. */
export function hasLumaPlane(format: AVPixelFormat): boolean {
  return layouts.get(format)?.[0]?.bytes === 1
}

/**
 * Byte offset of pixel (`left`, `top`), both even, in each plane; undefined for formats whose layout is not
 * known here.
 */
export function planeOffsets(
  format: AVPixelFormat,
  stride: readonly number[],
  left: number,
  top: number
): number[] | undefined {
  return layouts
    .get(format)
    ?.map(({ bytes, shiftX, shiftY }, i) => (top >> shiftY) * stride[i]! + (left >> shiftX) * bytes)
}
