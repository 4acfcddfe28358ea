/** A colour and what can be read on it. */
export interface PaletteColour {
  /** `#rrggbb` */
  readonly fill: string
  /** `#ffffff` or `#0b0f14`: at least 4.5 : 1 against `fill` (WCAG 2.2, 1.4.3). */
  readonly text: string
}

const dark = '#0b0f14'
const light = '#ffffff'

/**
 * Twelve colours found by maximising the least distance of any two in OKLab, to normal sight and to the three
 * colour-blindnesses (simulated after Machado et al. 2009); ordered so that neighbours differ most.
 */
const fills = [
  '#35c4fc',
  '#85c036',
  '#872dba',
  '#efca9f',
  '#db3e98',
  '#7d7ef6',
  '#a77e33',
  '#f68dc1',
  '#8afbf4',
  '#3436fe',
  '#d4f729',
  '#b1291b'
] as const

export const palette: readonly PaletteColour[] = fills.map(fill => ({ fill, text: textOn(fill) }))

/** The colour of a track (ids from 1) or a class: always the same for the same number. */
export function colourOf(id: number): PaletteColour {
  return palette[(((id - 1) % palette.length) + palette.length) % palette.length]!
}

/** WCAG contrast of two `#rrggbb` colours, 1 … 21. */
export function contrast(a: string, b: string): number {
  const [brighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (brighter + 0.05) / (darker + 0.05)
}

/** `#rrggbb` with an alpha of 0 … 1, for canvas. */
export function withAlpha(colour: string, alpha: number): string {
  return (
    colour +
    Math.round(alpha * 255)
      .toString(16)
      .padStart(2, '0')
  )
}

/** Red, green, blue, 0 … 255. */
export function channels(colour: string): [number, number, number] {
  return [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number]
}

function textOn(fill: string): string {
  return contrast(fill, dark) >= contrast(fill, light) ? dark : light
}

function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map(channel => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
