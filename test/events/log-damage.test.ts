import { deepStrictEqual, ok } from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { recordVersion } from '../../src/contract/record.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { packRow } from '../../src/events/log-row.ts'
import { LogWriter } from '../../src/events/log-writer.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startWriter } from './child-writer.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { readLog } from './read-log.ts'
import { numberedEvents, numbersOf } from './scripted-records.ts'

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
const frameBytes = 4096 + 24
const file = '000000000001.sqlite'

/** A log of 200 events in one file without a tail, and one of at least 200 that was killed and is all tail. */
let material: Awaited<ReturnType<typeof temporaryFolder>>
let sealed: string
let killed: string
let accepted: number

before(async () => {
  material = await temporaryFolder()
  sealed = join(material.path, 'sealed')
  killed = join(material.path, 'killed')
  {
    await using log = await EventLog.open({ logs: sealed, name: 'w' })
    await log.append(numberedEvents(1, 200))
  }
  const writer = startWriter(killed, 'w')
  await writer.accepted(200)
  accepted = await writer.kill()
})
after(() => material[Symbol.asyncDispose]())

/** A copy of a log, damaged. */
async function damaged(source: string, damage: (path: string) => void) {
  const folder = await temporaryFolder()
  cpSync(source, folder.path, { recursive: true })
  rmSync(join(folder.path, 'w', `${file}-shm`), { force: true })
  damage(join(folder.path, 'w', file))
  return folder
}

function flip(path: string, at: number): void {
  const bytes = readFileSync(path)
  bytes[at]! ^= 0x10
  writeFileSync(path, bytes)
}

test('G1 a tail torn at any byte leaves a beginning without gaps, down to the commits before', async () => {
  const size = statSync(join(killed, 'w', `${file}-wal`)).size
  let most = 0
  for (let cut = 0; cut <= size; cut += 1373) {
    await using folder = await damaged(killed, path => truncateSync(`${path}-wal`, cut))
    const { records, damagedRows } = readLog(folder.path, 'w')
    const found = numbersOf(records)
    deepStrictEqual([found, damagedRows], [numbers(1, found.length), 0])
    ok(found.length >= most, `${found.length} of ${most} with ${cut} bytes`)
    most = found.length
  }
})

test('G2 a bit that flips in a file costs the rows of its page at most, and each is counted', async () => {
  const size = statSync(join(sealed, 'w', file)).size
  for (let at = 4096 * 2 + 37; at < size; at += 2777) {
    await using folder = await damaged(sealed, path => flip(path, at))
    const { records, damagedRows } = readLog(folder.path, 'w')
    const found = numbersOf(records)
    deepStrictEqual(found.length + damagedRows, 200, `at byte ${at}: ${found.length} + ${damagedRows}`)
    ok(found.length >= 185, `${found.length} are left with byte ${at} flipped`)
    deepStrictEqual(
      found,
      [...new Set(found)].sort((a, b) => a - b)
    )
  }
})

test('G3 damaged rows are kept among the dead letters, and the rest goes to the sink', async () => {
  await using place = await feeding()
  const log = await place.openLog('w')
  await log.append(numberedEvents(1, 200))
  await log[Symbol.asyncDispose]()
  const path = join(place.logs, 'w', file)
  const bytes = readFileSync(path)
  const at = bytes.indexOf('"frame":77,')
  flip(path, at + 9)
  const sink = new MemorySink()
  place.feed([sink, new MemorySink({ name: 'second' })])
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual(
    numbersOf([...sink.records.values()]),
    numbers(1, 200).filter(n => n !== 77)
  )
  const letters = place.deadLetters.list()
  deepStrictEqual(
    letters.map(({ seq, sink, code }) => [seq, sink, code]),
    [[77, null, 'SL_LOG_DAMAGED']]
  )
  ok(place.deadLetters.remains(letters[0]!.n).text.includes('track-77'))
})

test('G4 a bit that flips in the tail of a killed worker costs the rows of its page at most', async () => {
  const size = statSync(join(killed, 'w', `${file}-wal`)).size
  for (let at = 32 + 3 * frameBytes + 700; at < size - 2 * frameBytes; at += Math.ceil(size / 9)) {
    await using place = await feeding()
    cpSync(killed, place.logs, { recursive: true })
    rmSync(join(place.logs, 'w', `${file}-shm`), { force: true })
    flip(join(place.logs, 'w', `${file}-wal`), at)
    const sink = new MemorySink()
    place.feed([sink])
    await sink.until(() => sink.forgotten.length === 1)
    const found = numbersOf([...sink.records.values()])
    ok(found.length >= accepted - 15, `${found.length} of ${accepted} with byte ${at} flipped`)
    deepStrictEqual(sink.repeated, 0)
  }
})

test('G5 a broken head of the tail loses nothing', async () => {
  await using place = await feeding()
  cpSync(killed, place.logs, { recursive: true })
  rmSync(join(place.logs, 'w', `${file}-shm`), { force: true })
  flip(join(place.logs, 'w', `${file}-wal`), 17)
  const sink = new MemorySink()
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  const found = numbersOf([...sink.records.values()])
  deepStrictEqual(found, numbers(1, Math.max(accepted, found.length)))
})

test('G6 a file that is no SQLite is kept aside, counted, and the files around it are delivered', async () => {
  await using place = await feeding()
  const log = await place.openLog('w', { segmentBytes: 20_000 })
  for (let n = 1; n <= 300; n += 20) await log.append(numberedEvents(n, n + 19))
  await log[Symbol.asyncDispose]()
  const names = readdirSync(join(place.logs, 'w')).filter(
    name => name.endsWith('0.sqlite') || /^\d+\.sqlite$/.test(name)
  )
  const [second, third] = names
    .sort()
    .slice(1, 3)
    .map(name => Number(name.slice(0, 12)))
  const path = join(place.logs, 'w', names[1]!)
  writeFileSync(path, Buffer.alloc(statSync(path).size, 'no database '))
  const sink = new MemorySink()
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual(
    numbersOf([...sink.records.values()]),
    numbers(1, 300).filter(n => n < second! || n >= third!)
  )
  ok(existsSync(join(place.logs, '.damaged', `w-${second}`)))
  deepStrictEqual(
    place.deadLetters.list().map(({ seq, sink, code }) => [seq, sink, code]),
    [[second, null, 'SL_LOG_DAMAGED']]
  )
})

test('G7 of a file that was cut short, what is before the cut is delivered', async () => {
  const size = statSync(join(sealed, 'w', file)).size
  await using place = await feeding()
  cpSync(sealed, place.logs, { recursive: true })
  truncateSync(join(place.logs, 'w', file), size - 4096 * 5)
  const sink = new MemorySink()
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  const found = numbersOf([...sink.records.values()])
  ok(found.length >= 120, `${found.length} rows are left`)
  deepStrictEqual(
    found,
    [...new Set(found)].sort((a, b) => a - b)
  )
})

test('G8 a bit that flips in what a file says of itself costs its rows at most, and never those of the files after it', async () => {
  await using material = await temporaryFolder()
  {
    await using log = await EventLog.open({ logs: material.path, name: 'w', segmentBytes: 20_000 })
    for (let n = 1; n <= 120; n += 20) await log.append(numberedEvents(n, n + 19))
  }
  const path = join(material.path, 'w', file)
  const whole = readFileSync(path)
  const [, second] = readdirSync(join(material.path, 'w')).flatMap(name => /^(\d+)\.sqlite$/.exec(name)?.[1] ?? [])
  // The version; names of columns in the schema; the table's root: how many it leads to, where they lie, and its last.
  const schema = whole.indexOf('CREATE TABLE')
  const inSchema = Array.from({ length: 14 }, (_, index) => schema + index * 23)
  for (const at of [60, 63, ...inSchema, 4101, 4104, 4107, 8175, 8190]) {
    const bytes = Buffer.from(whole)
    bytes[at]! ^= 0x01
    writeFileSync(path, bytes)
    const { records, damagedRows, lost } = readLog(material.path, 'w')
    const found = numbersOf(records)
    deepStrictEqual(found.length + damagedRows + lost, 120, `at byte ${at}: ${found.length} + ${damagedRows} + ${lost}`)
    deepStrictEqual(found.slice(-120 + Number(second) - 1), numbers(Number(second), 120), `at byte ${at}`)
  }
})

test('G8 a sound row that holds no JSON is put aside, and what follows it is delivered', async () => {
  await using place = await feeding()
  const sink = new MemorySink()
  const lines = [1, 2, 3].map(n => {
    const { body, ...event } = numberedEvents(n, n)[0]!
    return packRow({ ...event, version: recordVersion, body: n === 2 ? '{"cut sho' : JSON.stringify(body) }).text
  })
  {
    using writer = new LogWriter({ logs: place.logs, name: 'w' })
    writer.append([{ count: 3, text: lines.join('\n'), bytes: [] }])
  }
  place.feed([sink])
  await sink.until(() => sink.forgotten.length === 1)
  deepStrictEqual(numbersOf([...sink.records.values()]), [1, 3])
  const [letter] = place.deadLetters.list()
  deepStrictEqual(
    [letter!.seq, letter!.code, place.deadLetters.remains(letter!.n).text],
    [2, 'SL_LOG_DAMAGED', lines[1]]
  )
})
