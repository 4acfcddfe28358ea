import { deepStrictEqual, match, notDeepStrictEqual, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { CursorFile } from '../../src/events/cursor-file.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('E1 the first epoch of a stream is 1, and each next one is larger', async () => {
  await using folder = await temporaryFolder()
  using ledger = new EpochLedger(join(folder.path, 'epochs.sqlite'))
  deepStrictEqual([ledger.next('door'), ledger.next('door'), ledger.next('hall')], [1, 2, 1])
})

test('E2 an epoch is larger than what others know of, and never goes back', async () => {
  await using folder = await temporaryFolder()
  using ledger = new EpochLedger(join(folder.path, 'epochs.sqlite'))
  deepStrictEqual([ledger.next('door', 7), ledger.next('door', 3), ledger.next('door')], [7, 8, 9])
})

test('E3 epochs go on in the next life', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'local', 'epochs.sqlite')
  for (const expected of [1, 2, 3]) {
    using ledger = new EpochLedger(path)
    deepStrictEqual(ledger.next('door'), expected)
  }
})

test('E4 an epoch that was given is never given again, however the process ended', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'epochs.sqlite')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'numbering-ledger.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let last = 0
  const reader = createInterface(child.stdout)
  reader.on('line', line => {
    last = Number(line)
    if (last >= 30) child.kill('SIGKILL')
  })
  await once(reader, 'close')
  using ledger = new EpochLedger(path)
  ok(ledger.next('door') > last)
})

test('E5 two processes are never given the same', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'epochs.sqlite')
  using one = new EpochLedger(path)
  using two = new EpochLedger(path)
  deepStrictEqual([one.next('door'), two.next('door'), one.next('door')], [1, 2, 3])
})

test('E6 a log’s name is never given twice, not even when the ledger was lost', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'epochs.sqlite')
  let first: string
  {
    using ledger = new EpochLedger(path)
    first = ledger.nextLogName('worker-1')
    match(first, /^worker-1-1-[0-9a-f]{8}$/)
    match(ledger.nextLogName('worker-1'), /^worker-1-2-/)
  }
  writeFileSync(path, 'no database any more, '.repeat(1000))
  using ledger = new EpochLedger(path)
  notDeepStrictEqual(ledger.nextLogName('worker-1'), first)
})

test('C1 a position is remembered by sink and log until it is forgotten', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'cursors.sqlite')
  {
    using cursors = new CursorFile(path)
    cursors.remember('live', 'worker-1', 17)
    cursors.remember('live', 'worker-1', 42)
    cursors.remember('kafka', 'worker-1', 3)
    cursors.remember('live', 'worker-2', 5)
    cursors.forget('live', 'worker-2')
  }
  using cursors = new CursorFile(path)
  const positions = [
    cursors.position('live', 'worker-1'),
    cursors.position('kafka', 'worker-1'),
    cursors.position('live', 'worker-2')
  ]
  deepStrictEqual(positions, [42, 3, 1])
})
