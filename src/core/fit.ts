/** How a picture of one shape goes into a model's input of another. */
export type FitMode = 'letterbox-top-left' | 'letterbox-centre' | 'stretch'

/** The pixels that a consumer wants of each frame: one step from the decoded frame, no copy in between. */
export interface PixelRequest {
  readonly width: number
  readonly height: number
  /** `rgb24`: 3 bytes a pixel, rows packed. `gray8`: the luma alone. */
  readonly format: 'rgb24' | 'gray8'
  readonly mode: FitMode
  /** Byte that fills what a letterbox leaves free, 0…255. */
  readonly pad: number
}

/**
 * Where the scaled picture lies within the request, in pixels of the request. Whole pixels where it is to go; what a
 * scaler really did may lie between them, and boxes are measured against that.
 */
export interface Fit {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A part of a picture, in its own pixels: whole and even numbers, as colour is kept for every second pixel. */
export interface PictureArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Places a `width`×`height` picture into `request`. Letterboxing keeps the aspect ratio, to whole pixels. */
export function fit(width: number, height: number, request: Pick<PixelRequest, 'width' | 'height' | 'mode'>): Fit {
  if (request.mode === 'stretch') return { left: 0, top: 0, width: request.width, height: request.height }
  const ratio = Math.min(request.width / width, request.height / height)
  const scaledWidth = Math.min(request.width, Math.max(1, Math.round(width * ratio)))
  const scaledHeight = Math.min(request.height, Math.max(1, Math.round(height * ratio)))
  if (request.mode === 'letterbox-top-left') return { left: 0, top: 0, width: scaledWidth, height: scaledHeight }
  return {
    left: Math.floor((request.width - scaledWidth) / 2),
    top: Math.floor((request.height - scaledHeight) / 2),
    width: scaledWidth,
    height: scaledHeight
  }
}

/** FFmpeg's converters write whole vector registers: what lies this far behind the last pixel may be overwritten. */
export const pixelSlackBytes = 256

/** Bytes that a request takes. A place for its pixels has `pixelSlackBytes` more behind them. */
export function requestBytes({ width, height, format }: PixelRequest): number {
  return width * height * (format === 'rgb24' ? 3 : 1)
}
