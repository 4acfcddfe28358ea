import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { WorkerDeaths } from '../../src/roles/streams/worker-deaths.ts'

test('WD1 streams that lose their worker twice come back at once, and then wait longer and longer, together', t => {
  t.mock.method(Math, 'random', () => 1)
  const deaths = new WorkerDeaths()
  const waits = Array.from({ length: 12 }, () => deaths.delays(['door', 'yard']))
  for (const wait of waits) strictEqual(wait.get('door'), wait.get('yard'))
  const longer = waits.slice(2).map(wait => wait.get('door')!)
  deepStrictEqual([waits[0]!.get('door'), waits[1]!.get('door'), longer[0], longer.at(-1)], [0, 0, 250, 30_000])
  ok(longer.every((delay, at) => at === 0 || delay >= longer[at - 1]!))
})

test('WD2 who was never with it waits for nothing, and who is forgotten begins anew', () => {
  const deaths = new WorkerDeaths()
  for (let death = 0; death < 5; death++) deaths.delays(['door'])
  deepStrictEqual([...deaths.delays(['yard'])], [['yard', 0]])
  deaths.forget('door')
  deepStrictEqual([...deaths.delays(['door'])], [['door', 0]])
})

test('WD3 all deaths are counted, and the last twenty of them told, the newest first', () => {
  const deaths = new WorkerDeaths()
  for (let death = 1; death <= 25; death++) deaths.died(`live-${death}`, 'SIGKILL', ['door'], [])
  const { count, last } = deaths.all
  deepStrictEqual([count, last.length, last[0]!.name, last.at(-1)!.name], [25, 20, 'live-25', 'live-6'])
})
