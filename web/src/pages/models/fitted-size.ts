export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Models look at less; more would only be sent for nothing. */
const mostPx = 1920

/** The same picture within `mostPx`; one that fits stays as it is. */
export function fittedSize({ width, height }: PictureSize): PictureSize {
  const scale = Math.min(1, mostPx / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
