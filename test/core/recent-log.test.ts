import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { RecentLog } from '../../src/core/recent-log.ts'

function opened(level = 'trace') {
  const written: string[] = []
  const recent = new RecentLog({ write: line => void written.push(line) })
  return { recent, written, log: createLog(level, recent) }
}

test('RL1 what is logged goes where it went, and is remembered, the newest first', () => {
  const { recent, written, log } = opened()
  log.info({ stream: 'door' }, 'one')
  log.error('two')
  equal(written.length, 2)
  const lines = recent.lines({ limit: 10 })
  deepStrictEqual(
    lines.map(({ n, level, process, message, facts }) => ({ n, level, process, message, facts })),
    [
      { n: 2, level: 'error', process: 'main', message: 'two', facts: {} },
      { n: 1, level: 'info', process: 'main', message: 'one', facts: { stream: 'door' } }
    ]
  )
  ok(lines.every(({ atMs }) => Math.abs(atMs - Date.now()) < 60_000))
})

test('RL2 what is asked for is as grave as said, and no more than said', () => {
  const { recent, log } = opened()
  for (const level of ['debug', 'warn', 'info', 'fatal', 'error'] as const) log[level](level)
  deepStrictEqual(
    recent.lines({ level: 'warn', limit: 2 }).map(({ level }) => level),
    ['error', 'fatal']
  )
})

test('RL3 no secret is remembered', () => {
  const { recent, log } = opened()
  log.warn({ password: 'hunter2', err: new Error('rtsp://me:hunter2@camera/1') }, 'token=hunter2')
  ok(!JSON.stringify(recent.lines({ limit: 1 })).includes('hunter2'))
})

test('RL4 however much is logged, so many lines and letters are remembered', () => {
  const { recent, log } = opened()
  for (let n = 0; n < 3000; n++) log.info({ n }, 'short')
  const lines = recent.lines({ limit: 5000 })
  deepStrictEqual([lines.length, lines[0]?.facts.n, lines.at(-1)?.facts.n], [2000, 2999, 1000])
  for (let n = 0; n < 300; n++) log.info({ n, text: 'x'.repeat(8000) })
  const letters = recent.lines({ limit: 5000 }).reduce((sum, { facts }) => sum + String(facts.text ?? '').length, 0)
  ok(letters <= 2_000_000, `${letters}`)
})

test('RL5 of a line that is too long the message is remembered', () => {
  const { recent, log } = opened()
  log.info(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`fact${n}`, 'x'.repeat(4000)])), 'much')
  const [line] = recent.lines({ limit: 1 })
  deepStrictEqual([line?.message, line?.facts], ['much', {}])
})

test('RL6 what another process says is remembered under its name, and nonsense is not', () => {
  const { recent, written } = opened()
  recent.keep('live-1', '{"level":40,"time":"2026-11-21T17:00:00.000Z","msg":"slow"}\n')
  const worthless = ['', 'Segmentation fault', '{"level":40,', '{"level":99,"msg":"x"}', '{"level":40,"time":"never"}']
  for (const line of [...worthless, `{"level":40,"msg":"${'x'.repeat(20_000)}`]) recent.keep('live-1', line)
  equal(written.length, 0, 'it has written it itself')
  deepStrictEqual(
    recent.lines({ limit: 10 }).map(({ process, message }) => `${process}: ${message}`),
    ['live-1: slow']
  )
})
