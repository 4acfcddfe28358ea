import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LogRecord } from '../../src/contract/record.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { openDatabase } from '../../src/store/database.ts'
import { lockInstance } from '../../src/store/instance-lock.ts'
import { numberedEvent } from '../events/scripted-records.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A folder whose store refused event 1 and 2, the second rightly, and whose log had a damaged row. */
async function refusing() {
  const scope = new AsyncDisposableStack()
  const folder = scope.use(await temporaryFolder())
  const data = dataFolder(join(folder.path, 'data'))
  await (await openDatabase({ file: data.store }))[Symbol.asyncDispose]()
  const error = new SightlineError('SL_RECORD_KIND_UNKNOWN', 'Of no kind that is known.')
  const bad = { ...numberedEvent(2), body: { ...numberedEvent(2).body, kind: 'teleported' } } as unknown as LogRecord
  {
    using letters = new DeadLetters(data.deadLetters)
    letters.add([
      { log: 'worker-1', seq: 1, sink: 'store', record: numberedEvent(1), error },
      { log: 'worker-1', seq: 2, sink: 'store', record: bad, error },
      {
        log: 'worker-1',
        seq: 3,
        sink: null,
        remains: { text: 'event\t\u001b[2Jdoor', bytes: Buffer.from('ab') },
        error: new SightlineError('SL_LOG_DAMAGED', 'Row 3 fails\u001b[2J its checksum.')
      }
    ])
  }
  return {
    data,
    run: (verb: string, ...args: string[]) => runCommand('dead-letters', verb, '--data', data.path, ...args),
    [Symbol.asyncDispose]: () => scope.disposeAsync()
  }
}

test('V1 what the store refused is listed with its reason, and moves no cursor of a terminal', async () => {
  await using place = await refusing()
  const { stdout } = await place.run('list')
  match(stdout, /^1 +\d{4}-.*track-1\/.*Of no kind that is known\. \[SL_RECORD_KIND_UNKNOWN\]$/m)
  match(stdout, /^3 +\d{4}-.*row 3 of worker-1 .*\[SL_LOG_DAMAGED\]$/m)
  strictEqual(stdout.includes('\u001b'), false)
  const page = JSON.parse((await place.run('list', '--after', '1', '--limit', '1', '--json')).stdout)
  deepStrictEqual([page.letters.map(({ n }: { n: number }) => n), page.next], [[2], 2])
})

test('V2 one of them is shown with its content', async () => {
  await using place = await refusing()
  const record = JSON.parse((await place.run('show', '1')).stdout)
  deepStrictEqual(JSON.parse(record.text), numberedEvent(1).body)
  strictEqual(JSON.parse((await place.run('show', '3')).stdout).bytes, 'YWI=')
})

test('V3 what is replayed beside a running instance is in the store; what is refused again stays, and is told', async () => {
  await using place = await refusing()
  using _ = lockInstance(place.data.lock)
  const { status, stdout, stderr } = await place.run('replay', '--all')
  deepStrictEqual([status, stdout], [1, 'One dead letter was taken.\n'])
  match(stderr, /^2 {2}stays: .*teleported.*\[SL_RECORD_KIND_UNKNOWN\]$/m)
  match(stderr, /^3 {2}stays: .*damaged row.*\[SL_LOG_DAMAGED\]$/m)
  await using store = await openDatabase({ file: place.data.store })
  deepStrictEqual(await store.sql.selectFrom('events').select('id').execute(), [{ id: numberedEvent(1).id }])
  using letters = new DeadLetters(place.data.deadLetters)
  deepStrictEqual(
    letters.list().map(({ n }) => n),
    [2, 3]
  )
})

test('V4 what is removed is gone', async () => {
  await using place = await refusing()
  strictEqual((await place.run('remove', '2', '3')).stdout, '2 dead letters were removed.\n')
  deepStrictEqual(JSON.parse((await place.run('remove', '--all', '--json')).stdout), { removed: 1 })
  match((await place.run('list')).stdout, /no dead letters/)
})

for (const [what, args, code, status] of [
  ['nothing is named', [], 'SL_OPTION_INVALID', 2],
  ['both some and all are', ['1', '--all'], 'SL_OPTION_INVALID', 2],
  ['what is named is no number', ['1', '2x'], 'SL_OPTION_INVALID', 2],
  ['one that is named is not there', ['1', '77'], 'SL_DEAD_LETTER_NOT_FOUND', 1]
] as const) {
  test(`V5 where ${what}, nothing is removed`, async () => {
    await using place = await refusing()
    const result = await place.run('remove', ...args)
    deepStrictEqual([result.status, result.stderr.includes(code)], [status, true])
    using letters = new DeadLetters(place.data.deadLetters)
    strictEqual(letters.list().length, 3)
  })
}

test('V6 in a folder without any there are none, and it is left as it is', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'nothing')
  match((await runCommand('dead-letters', 'list', '--data', data)).stdout, /no dead letters/)
  strictEqual(existsSync(data), false)
})
