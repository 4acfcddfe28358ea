import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import type { JobLimits } from '../../src/jobs/limits.ts'
import { isAlive, ScriptedJobs } from './scripted-jobs.ts'
import type { Step } from './scripted-worker.ts'

const scene = await ScriptedJobs.open()
after(() => scene[Symbol.asyncDispose]())

async function outcomeOf(steps: readonly Step[], limits: Partial<JobLimits> = {}, maxAttempts = 1) {
  const { id } = await scene.add(steps, { maxAttempts })
  await scene.run({ limits })
  return scene.jobs.get(id)
}

test("R1 what the worker reports is the job's result", async () => {
  const { state, result, progress, attempt } = await outcomeOf([{ report: { tracks: 3 } }])
  deepStrictEqual(
    { state, result, progress, attempt },
    { state: 'done', result: { tracks: 3 }, progress: 1, attempt: 1 }
  )
})

test('R2 a failure of the file fails the job at once, with its code', async () => {
  const { state, error, attempt } = await outcomeOf([{ fail: 'SL_INPUT_DAMAGED' }], {}, 5)
  deepStrictEqual([state, error?.code, attempt], ['failed', 'SL_INPUT_DAMAGED', 1])
})

test('R3 a failure that may pass is tried again, until the attempts are used up', async () => {
  const { state, error, attempt } = await outcomeOf([{ fail: 'SL_OUTPUT_FULL', retryable: true }], {}, 3)
  deepStrictEqual([state, error?.code, attempt], ['failed', 'SL_OUTPUT_FULL', 3])
})

for (const signal of ['SIGSEGV', 'SIGKILL', 'SIGABRT'] as const) {
  test(`R4 a job whose worker is ended by ${signal} each time fails, and says so`, async () => {
    const { state, error, attempt } = await outcomeOf([{ kill: signal }, { hang: true }], {}, 2)
    deepStrictEqual([state, error?.code, attempt], ['failed', 'SL_JOB_CRASHED', 2])
    match(error!.message, new RegExp(signal))
  })
}

test('R5 a worker that ends without a word has crashed', async () => {
  const { error } = await outcomeOf([{ exit: 7 }])
  strictEqual(error?.code, 'SL_JOB_CRASHED')
  match(error.message, /exit status 7/)
})

const limits: { limit: string; limits: Partial<JobLimits>; steps: Step[]; code: ErrorCode; says: RegExp }[] = [
  { limit: 'time', limits: { wallMs: 300 }, steps: [{ hang: true }], code: 'SL_JOB_TIME_LIMIT', says: /0\.3 s/ },
  {
    limit: 'memory',
    limits: { memoryBytes: 150_000_000 },
    steps: [{ allocate: 200_000_000 }, { hang: true }],
    code: 'SL_JOB_MEMORY_LIMIT',
    says: /150 MB/
  },
  {
    limit: 'disk',
    limits: { diskBytes: 1_000_000 },
    steps: [{ write: 'large', bytes: 2_000_000 }, { hang: true }],
    code: 'SL_JOB_DISK_LIMIT',
    says: /2\.\d MB.*1\.0 MB/
  },
  {
    limit: 'log',
    limits: { logBytes: 1_000_000 },
    steps: [{ write: 'log/1.sqlite', bytes: 2_000_000 }, { hang: true }],
    code: 'SL_JOB_LOG_LIMIT',
    says: /2\.\d MB of records.*1\.0 MB/
  }
]
for (const { limit, limits: set, steps, code, says } of limits) {
  test(`R6 who takes more ${limit} than a job may is stopped, and not tried again`, async () => {
    const { state, error, attempt } = await outcomeOf(steps, set, 3)
    deepStrictEqual([state, error?.code, attempt], ['failed', code, 1])
    match(error!.message, says)
  })
}

test('R7 who does not hear SIGTERM is killed', async () => {
  const { id } = await scene.add([{ hang: true, deafTo: 'SIGTERM' }])
  const { stop } = await scene.runUntilProgress(id)
  await stop()
  strictEqual((await scene.jobs.get(id)).state, 'queued')
  await scene.jobs.cancel(id)
})

for (const [what, babble] of [
  ['a line that is no message', 'hello\n'],
  ['a line without an end', 'x'.repeat(1_100_000)]
] as const) {
  test(`R8 a worker that sends ${what} is ended`, async () => {
    const { error } = await outcomeOf([{ babble }, { hang: true }])
    strictEqual(error?.code, 'SL_JOB_CRASHED')
  })
}

test('R9 the worker sees nothing of the environment that is not on the list', async () => {
  const { id } = await scene.add([{ tell: 'environment' }])
  const environment = { PATH: '/bin', SIGHTLINE_DATABASE_URL: 'postgres://secret', AWS_SECRET_ACCESS_KEY: 'secret' }
  await scene.run({ environment })
  const seen = (await scene.jobs.get(id)).result as Record<string, string>
  strictEqual(seen.PATH, '/bin')
  ok(!JSON.stringify(seen).includes('secret'))
})

test('R10 the worker works in a folder of its own, where only this user reads, and which is gone afterwards', async () => {
  const folder = (await outcomeOf([{ tell: 'folder' }])).result as string
  strictEqual(join(folder, '..'), scene.folder)
  ok(!existsSync(folder))
  strictEqual((await outcomeOf([{ tell: 'umask' }])).result, 0o077)
})

test('R11 a job that is worked on stops soon after it is cancelled', async () => {
  const { id } = await scene.add([{ hang: true }])
  const { done } = await scene.runUntilProgress(id)
  await scene.jobs.cancel(id)
  await done
  strictEqual((await scene.jobs.get(id)).state, 'cancelled')
  deepStrictEqual(await readdir(scene.folder), [])
})

test('R12 a runner that stops puts its job back without taking an attempt from it', async () => {
  const { id } = await scene.add([{ hang: true }], { maxAttempts: 1 })
  const { stop } = await scene.runUntilProgress(id)
  await stop()
  const { state, attempt, error } = await scene.jobs.get(id)
  deepStrictEqual({ state, attempt, error }, { state: 'queued', attempt: 0, error: null })
  await scene.jobs.cancel(id)
})

test('R13 what a run before left in the folder of work folders is removed', async () => {
  await mkdir(join(scene.folder, 'left', 'inside'), { recursive: true })
  await writeFile(join(scene.folder, 'left', 'inside', 'file'), 'x')
  await writeFile(join(scene.folder, 'left.pid'), '1\n')
  await scene.run()
  deepStrictEqual(await readdir(scene.folder), [])
})

test('R14 a result that cannot be kept now is kept later, without doing the work again', async () => {
  const { id } = await scene.add([{ tell: 'pid' }])
  const pids: unknown[] = []
  const { scripted } = scene.options().kinds
  const keep = async (_: unknown, pid: unknown) => {
    pids.push(pid)
    if (pids.length < 3) throw new SightlineError('SL_OUTPUT_FULL', 'No room.', { retryable: true })
    return pid
  }
  await scene.run({ kinds: { scripted: { ...scripted!, keep } } })
  deepStrictEqual(pids, [pids[0], pids[0], pids[0]])
  strictEqual((await scene.jobs.get(id)).result, pids[0])
})

test('R15 several jobs are worked on at the same time', async () => {
  const first = await scene.add([{ hang: true }])
  const second = await scene.add([{ hang: true }])
  const { stop } = await scene.runUntilProgress(first.id, { concurrency: 2 })
  await scene.until(second.id, job => job.progress > 0)
  await stop()
  for (const { id } of [first, second]) await scene.jobs.cancel(id)
})

test('R16 no worker outlives the program that started it', { skip: process.platform === 'win32' }, async () => {
  const program = fileURLToPath(new URL('./orphan-maker.ts', import.meta.url))
  const maker = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: maker.stdout }), 'line')) as [string]
  ok(isAlive(Number(line)))
  maker.kill('SIGKILL')
  while (isAlive(Number(line))) await new Promise(resolve => setTimeout(resolve, 10))
})

for (const { what, error } of [
  { what: 'cannot be reached', error: new SightlineError('SL_STORE_UNAVAILABLE', 'away', { retryable: true }) },
  { what: 'takes too long to answer', error: new SightlineError('SL_STORE_TIMEOUT', 'slow') }
]) {
  test(`R17 a queue that ${what} is asked again`, async () => {
    const { id } = await scene.add([{ report: 'done' }])
    const claims = scene.claims('run')
    let failures = 3
    for (const name of ['takeOver', 'claim', 'areWaiting'] as const) {
      const asked = claims[name].bind(claims) as () => Promise<unknown>
      Object.assign(claims, { [name]: () => (failures-- > 0 ? Promise.reject(error) : asked()) })
    }
    await scene.run({ claims })
    strictEqual((await scene.jobs.get(id)).state, 'done')
  })
}

test('R18 while there is no room for a job none is begun, and the next is as soon as there is', async () => {
  const { id } = await scene.add([{ report: {} }])
  let looks = 0
  let stateThen: string | undefined
  await scene.run({
    mayBegin: () => ++looks > 5,
    onChange: (_, change) => {
      if (change === 'started') stateThen = `after ${looks} looks`
    }
  })
  deepStrictEqual([stateThen, (await scene.jobs.get(id)).state], ['after 6 looks', 'done'])
})
