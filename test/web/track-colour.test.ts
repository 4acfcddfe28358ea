import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { colourOf } from '../../src/report/palette.ts'
import { trackColour } from '../../web/src/live/track-colour.ts'

test('D2 a track has the same colour on the page and in its report', () => {
  const ids = Array.from({ length: 30 }, (_, index) => index + 1)
  deepStrictEqual(ids.map(trackColour), ids.map(colourOf))
})
