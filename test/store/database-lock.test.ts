import { match, ok, strictEqual, throws } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { lockInstance } from '../../src/store/instance-lock.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const module = pathToFileURL(join(import.meta.dirname, '../../src/store/instance-lock.ts')).href
const program = `const { lockInstance } = await import('${module}')
globalThis.lock = lockInstance(process.argv[1])
console.log('locked')
setInterval(() => {}, 1000)`

async function lockFile(t: TestContext): Promise<string> {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  return join(folder.path, 'data', 'lock.sqlite')
}

async function holder(t: TestContext, file: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], { stdio: ['ignore', 'pipe', 2] })
  t.after(() => child.kill('SIGKILL'))
  match(`${await once(child.stdout!, 'data')}`, /locked/)
  return child
}

test('L1 a second instance is refused, and told who works on the folder', async t => {
  const file = await lockFile(t)
  const { pid } = await holder(t, file)
  throws(() => lockInstance(file), {
    code: 'SL_DATA_IN_USE',
    message: new RegExp(
      `^Process ${pid} on ${hostname()} works on the data folder .*/data\\. Stop that Sightline first`
    )
  })
})

test('L2 the lock is gone with a process that was killed', async t => {
  const file = await lockFile(t)
  const child = await holder(t, file)
  child.kill('SIGKILL')
  await once(child, 'exit')
  using lock = lockInstance(file)
  ok(lock)
})

test('L3 a second instance in the same process is refused as well', async t => {
  const file = await lockFile(t)
  const first = lockInstance(file)
  throws(() => lockInstance(file), { code: 'SL_DATA_IN_USE' })
  throws(() => lockInstance(file), { code: 'SL_DATA_IN_USE' })
  first[Symbol.dispose]()
  lockInstance(file)[Symbol.dispose]()
})

test('L4 a lock file that is none says so', async t => {
  const file = await lockFile(t)
  lockInstance(file)[Symbol.dispose]()
  writeFileSync(file, 'x'.repeat(4096))
  throws(() => lockInstance(file), { code: 'SL_STORE_UNAVAILABLE', message: /cannot be locked: .*not a database/ })
})

test('L5 of ten that start at once one has it', async t => {
  const file = await lockFile(t)
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
        stdio: ['ignore', 'pipe', 'ignore']
      })
      t.after(() => child.kill('SIGKILL'))
      return Promise.race([once(child.stdout!, 'data').then(() => 'locked'), once(child, 'exit').then(() => 'refused')])
    })
  )
  strictEqual(outcomes.filter(outcome => outcome === 'locked').length, 1)
})
