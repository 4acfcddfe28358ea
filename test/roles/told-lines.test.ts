import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { ToldLines } from '../../src/roles/streams/told-lines.ts'

test('TL1 main is told of some lines of each second, of none of a debugger’s, and all are written', () => {
  const written: string[] = []
  const told: string[] = []
  let nowMs = 0
  const onward = { write: (line: string) => void written.push(line) }
  const lines = new ToldLines(
    onward,
    line => void told.push(line),
    () => nowMs
  )
  const log = createLog('trace', lines)
  log.debug('found')
  for (let n = 0; n < 100; n++) log.warn({ n }, 'again')
  deepStrictEqual([written.length, told.length], [101, 20])
  nowMs = 1000
  log.info('calm')
  equal(told.length, 21)
})
