import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Limit, resultLine } from '../../bench/benchmark.ts'

const comparison = { ratio: 1.123456, min: 1, max: 1.2, noise: 0.01 }

const limits: { rule: string; limit: Limit; met: { must: boolean | undefined; aim: boolean | undefined } }[] = [
  {
    rule: 'a ratio at most its limit meets it',
    limit: { key: 'ratio', better: 'lower', must: 1.15, aim: 1.08 },
    met: { must: true, aim: false }
  },
  {
    rule: 'a ratio above its limit misses it',
    limit: { key: 'ratio', better: 'lower', must: 1.1 },
    met: { must: false, aim: undefined }
  },
  {
    rule: 'where higher is better the limit is a floor',
    limit: { key: 'gated', better: 'higher', must: 4, aim: 8 },
    met: { must: true, aim: false }
  },
  {
    rule: 'a figure that is not a number misses',
    limit: { key: 'empty', better: 'lower', must: 5 },
    met: { must: false, aim: undefined }
  }
]
for (const { rule, limit, met } of limits) {
  test(rule, () => {
    const [verdict] = judge([limit], { comparison, figures: { gated: 4, empty: Number.NaN } })
    deepStrictEqual({ must: verdict?.must, aim: verdict?.aim }, met)
  })
}

test('a figure that could not be had has no verdict', () => {
  deepStrictEqual(judge([{ key: 'gated', better: 'higher', must: 4 }], { figures: {} }), [])
})

test('the result is one line of JSON with numbers of four digits', () => {
  const line = resultLine('overhead', { comparison, figures: { overlap: 1.23456 } }, 'real')
  strictEqual(line, '{"bench":"overhead","ratio":1.123,"min":1,"max":1.2,"noise":0.01,"figures":{"overlap":1.235}}')
})

test('a benchmark that compares nothing has a ratio of null', () => {
  const line = resultLine('memory', { figures: { rss_mb: 300 } }, 'real')
  strictEqual(line, '{"bench":"memory","ratio":null,"min":null,"max":null,"noise":null,"figures":{"rss_mb":300}}')
})

test('simulated clips are named', () => {
  strictEqual(JSON.parse(resultLine('peer', { figures: {} }, 'simulated')).clips, 'simulated')
})
