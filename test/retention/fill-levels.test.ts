import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { fillState, relaxed } from '../../src/retention/fill-levels.ts'
import { policyOf } from './policies.ts'

const { fill: limits } = policyOf({})

function follow(...fills: readonly number[]): string[] {
  let state = relaxed
  return fills.map(fill => {
    state = fillState(fill, state, limits)
    return `${state.pruning ? 'P' : ''}${state.clipsStopped ? 'C' : ''}${state.uploadsStopped ? 'U' : ''}`
  })
}

const cases = [
  { rule: 'from 85 % the oldest is pruned', fills: [0.849, 0.85], expected: ['', 'P'] },
  { rule: 'from 92 % clips stop', fills: [0.919, 0.92], expected: ['P', 'PC'] },
  { rule: 'from 97 % uploads stop', fills: [0.969, 0.97], expected: ['PC', 'PCU'] },
  {
    rule: 'each ends two points below where it began, by itself',
    fills: [0.98, 0.96, 0.95, 0.91, 0.9, 0.84, 0.83],
    expected: ['PCU', 'PCU', 'PC', 'PC', 'P', 'P', '']
  },
  { rule: 'around a limit nothing flaps', fills: [0.92, 0.915, 0.921, 0.91], expected: ['PC', 'PC', 'PC', 'PC'] },
  { rule: 'a disk that cannot be looked at keeps what holds', fills: [0.93, Number.NaN], expected: ['PC', 'PC'] }
]
for (const { rule, fills, expected } of cases) test(rule, () => deepStrictEqual(follow(...fills), expected))
