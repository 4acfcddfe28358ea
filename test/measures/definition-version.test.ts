import { notStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { definitionVersion } from '../../src/measures/definition-version.ts'

const line = {
  points: [
    [0.5, 0],
    [0.5, 1]
  ],
  band: 0.005
} as const

test('a definition has the same version for ever: stored ids depend on it', () => {
  strictEqual(definitionVersion(1, line), '784b4a32')
})

test('the order of keys and what is undefined make no other version, a moved point and other rules do', () => {
  const version = definitionVersion(1, line)
  strictEqual(definitionVersion(1, { minTravel: undefined, band: 0.005, points: line.points }), version)
  notStrictEqual(
    definitionVersion(1, {
      ...line,
      points: [
        [0.5, 0],
        [0.51, 1]
      ]
    }),
    version
  )
  notStrictEqual(definitionVersion(2, line), version)
})

test('what people call it makes no other version', () => {
  strictEqual(definitionVersion(1, { ...line, title: 'Front door' }), definitionVersion(1, line))
})
