import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { TrackRow } from '../../src/contract/live.ts'
import { shownOccupancy, zoneOccupancy } from '../../web/src/streams/zone-occupancy.ts'

/** A box whose bottom centre is there. */
const standing = (x: number, y: number): TrackRow => [1, 0, 0.9, x - 0.05, y - 0.2, 0.1, 0.2]
const zones = {
  yard: [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8]
  ] as [number, number][],
  // As an L: the corner at the top right is outside.
  path: [
    [0, 0],
    [0.3, 0],
    [0.3, 0.7],
    [1, 0.7],
    [1, 1],
    [0, 1]
  ] as [number, number][]
}

for (const [where, tracks, expected] of [
  ['nobody', [], { yard: 0, path: 0 }],
  ['within both', [standing(0.25, 0.5)], { yard: 1, path: 1 }],
  ['in the corner that is left out', [standing(0.9, 0.3)], { yard: 0, path: 0 }],
  ['with the head within and the feet beyond', [standing(0.5, 0.85)], { yard: 0, path: 1 }]
] as const) {
  test(`Q1 ${where} counts by where the feet are`, () => deepStrictEqual(zoneOccupancy(zones, [...tracks]), expected))
}

test('Q2 nobody is said to be where nothing is looked at now', () => {
  const last = [standing(0.25, 0.5)]
  deepStrictEqual(shownOccupancy({ state: 'up', zones }, last), { yard: 1, path: 1 })
  for (const state of ['connecting', 'waiting', 'paused', 'failed'] as const)
    deepStrictEqual(shownOccupancy({ state, zones }, last), { yard: '–', path: '–' }, state)
  deepStrictEqual(shownOccupancy({ state: 'up' }, last), {})
})
