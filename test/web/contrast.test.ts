import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { contrast } from '../../src/report/palette.ts'

const tokens = readFileSync(new URL('../../web/src/design/tokens.css', import.meta.url), 'utf8')
const roles = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name = '', light = '', dark = '']) => [
    name,
    { light, dark }
  ])
)

/** WCAG 2.2: 1.4.3 for text, 1.4.11 for the frames of what can be filled in, and for the focus. */
const text = 4.5
const frame = 3
const grounds = ['ground', 'surface', 'raised']
const rules: readonly (readonly [string, readonly string[], number])[] = [
  ['text', grounds, text],
  ['soft', grounds, text],
  ['accent', grounds, text],
  ['bad', grounds, text],
  ['warn', grounds, text],
  ['on-accent', ['accent'], text],
  ...['good', 'warn', 'bad', 'info'].map(tone => [tone, [`${tone}-soft`], text] as const),
  ['on-stage', ['stage'], text],
  ['frame', grounds, frame],
  ['focus', grounds, frame]
]
for (const theme of ['light', 'dark'] as const) {
  for (const [name, places, least] of rules) {
    test(`D1 ${name} is seen in the ${theme} theme on ${places.join(', ')}`, () => {
      for (const place of places) {
        const found = contrast(roles.get(name)?.[theme] ?? '', roles.get(place)?.[theme] ?? '')
        ok(found >= least, `${name} on ${place}: ${found.toFixed(2)} : 1, and ${least} : 1 is needed`)
      }
    })
  }
}
