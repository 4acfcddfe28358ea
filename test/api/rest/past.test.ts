import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { PastAnswer } from '../../../src/contract/api/measure.ts'
import { startMs } from '../../store/records.ts'
import { keep, walks } from '../../store/suites/stored-walks.ts'
import { RestHouse } from './rest-house.ts'

/** A yard in which four people walk about for a minute, of whom nobody had drawn a line. */
async function yard(t: TestContext) {
  const house = await RestHouse.open(t)
  await keep(house.database, walks({ seed: 1, frames: 600 }), { stream: 'yard', epoch: 1, baseMs: startMs })
  const question = { stream: 'yard', fromMs: startMs, toMs: startMs + 60_000 }
  const lines = { gate: { points: [[0.5, 0], [0.5, 1]] } } // biome-ignore format: a line is a line
  const ask = async (more: object) => {
    const body = { ...question, lines, ...more }
    const answer = await house.json('/api/v1/measures/query', { method: 'POST', body })
    strictEqual(answer.status, 200, JSON.stringify(answer.body))
    return answer.body as unknown as PastAnswer
  }
  const text = async (format: string) => {
    const asked = { method: 'POST', body: { ...question, lines }, headers: { accept: format } }
    return (await house.ask('/api/v1/measures/query', asked)).text()
  }
  return { ask, text }
}

test('PA1 a line that is drawn now says what it would have said then, and one where nobody walks says nothing', async t => {
  const { ask } = await yard(t)
  const { items, counts, damage } = await ask({})
  ok(items.length > 5, `${items.length}`)
  ok(items.every(({ event: { kind, id } }) => kind === 'line-crossed' && id.startsWith('yard/1/line.gate@')))
  deepStrictEqual(
    counts.map(({ measure, kind }) => [measure, kind]),
    [
      ['line.gate', 'line-crossed'],
      ['line.gate', 'line-crossed']
    ]
  )
  deepStrictEqual([counts.reduce((sum, { events }) => sum + events, 0), damage], [items.length, []])
  const nowhere = { points: [[0, 0.02], [1, 0.02]] } // biome-ignore format: a line is a line
  deepStrictEqual((await ask({ lines: { nowhere } })).items, [])
})

test('PA2 of the past that is asked for, and as many as are wanted; how often what is told of all', async t => {
  const { ask } = await yard(t)
  const [all, half, few] = [await ask({}), await ask({ toMs: startMs + 30_000 }), await ask({ limit: 3 })]
  ok(half.items.length > 0 && half.items.length < all.items.length)
  ok(half.items.every(({ atMs }) => atMs < startMs + 30_000))
  strictEqual(few.items.length, 3)
  deepStrictEqual(few.counts, all.counts)
})

test('PA3 as NDJSON and CSV all of them come, each once', async t => {
  const { ask, text } = await yard(t)
  const { items } = await ask({})
  const lines = (await text('application/x-ndjson')).trimEnd().split('\n')
  deepStrictEqual(
    lines.map(line => JSON.parse(line)),
    items
  )
  const [head, ...rows] = (await text('text/csv')).trimEnd().split('\r\n')
  ok(head?.includes('kind') && head.includes('stream'), head)
  strictEqual(rows.length, items.length)
})
