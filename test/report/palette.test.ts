import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert'
import { test } from 'node:test'
import { heatColours } from '../../src/report/colour-map.ts'
import { channels, colourOf, contrast, palette } from '../../src/report/palette.ts'

type Triple = [number, number, number]

/** Linear RGB as dichromats see it: Machado, Oliveira and Fernandes 2009, severity 1. */
const sights: Readonly<Record<string, readonly number[]>> = {
  'normal sight': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039]
}

function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  ]
}

function linear(rgb: readonly number[]): Triple {
  return rgb.map(value => (value <= 10.31 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)) as Triple
}

function seen(rgb: Triple, sight: readonly number[]): Triple {
  return [0, 3, 6].map(at =>
    Math.min(1, Math.max(0, sight[at]! * rgb[0] + sight[at + 1]! * rgb[1] + sight[at + 2]! * rgb[2]))
  ) as Triple
}

for (const [name, sight] of Object.entries(sights)) {
  test(`palette: any two colours differ clearly to ${name}`, () => {
    const colours = palette.map(({ fill }) => oklab(seen(linear(channels(fill)), sight)))
    for (let a = 0; a < colours.length; a++)
      for (let b = 0; b < a; b++) {
        const distance = Math.hypot(...colours[a]!.map((value, axis) => value - colours[b]![axis]!))
        ok(distance > 0.09, `${palette[a]!.fill} and ${palette[b]!.fill}: ${distance.toFixed(3)}`)
      }
  })
}

test('palette: text on every colour has a contrast of 4.5 or more', () => {
  for (const { fill, text } of palette) ok(contrast(fill, text) >= 4.5, `${text} on ${fill}`)
})

test('palette: an id always has the same colour, and its neighbour another', () => {
  ok(palette.length >= 12)
  deepStrictEqual(colourOf(5), colourOf(5))
  for (let id = 1; id < 40; id++) notStrictEqual(colourOf(id).fill, colourOf(id + 1).fill)
  strictEqual(colourOf(1).fill, palette[0]!.fill)
  ok(colourOf(0).fill && colourOf(-3).fill)
})

test('heat colours: equal steps of a value are about equal steps of lightness', () => {
  const lightness = Array.from(
    { length: 256 },
    (_, at) => oklab(linear([...heatColours.subarray(at * 3, at * 3 + 3)]))[0]
  )
  const steps = [32, 64, 96, 128, 160, 192, 224, 255].map(
    at => lightness[at]! - lightness[at - 32 + (at === 255 ? 1 : 0)]!
  )
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length
  for (const step of steps)
    ok(Math.abs(step - mean) < mean * 0.25, `steps ${steps.map(each => each.toFixed(3)).join(' ')}`)
})
