/**
 * Control points in OKLab (Ottosson 2020), `[L, a, b]` from few to many: deep indigo over violet, coral and amber
 * to pale yellow. Lightness rises in equal steps, so equal differences of a value look equal, also in grey or
 * to the colour-blind; between points OKLab itself is interpolated.
 */
const controlPoints = [
  [0.3, 0.035, -0.15],
  [0.43, 0.13, -0.15],
  [0.56, 0.19, -0.02],
  [0.69, 0.15, 0.1],
  [0.82, 0.03, 0.16],
  [0.95, -0.03, 0.1]
] as const

const steps = 256

/** 256 colours, `r, g, b` flat, 0 … 255. */
export const heatColours: Uint8ClampedArray = buildColours()

/** The colour of a value of 0 … 1 as `#rrggbb`. */
export function heatColour(value: number): string {
  const at = Math.round(Math.min(1, Math.max(0, value)) * (steps - 1)) * 3
  return `#${[...heatColours.subarray(at, at + 3)].map(channel => channel.toString(16).padStart(2, '0')).join('')}`
}

function buildColours(): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(steps * 3)
  for (let step = 0; step < steps; step++) {
    const place = (step / (steps - 1)) * (controlPoints.length - 1)
    const from = Math.min(controlPoints.length - 2, Math.floor(place))
    const [below, above] = [controlPoints[from]!, controlPoints[from + 1]!]
    const mix = (axis: 0 | 1 | 2) => below[axis] + (above[axis] - below[axis]) * (place - from)
    colours.set(srgb(mix(0), mix(1), mix(2)), step * 3)
  }
  return colours
}

function srgb(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encoded(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  ]
}

function encoded(linear: number): number {
  const value = Math.min(1, Math.max(0, linear))
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055)
}
