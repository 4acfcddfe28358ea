import { deepStrictEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Value from 'typebox/value'
import { System } from '../../src/contract/api/system.ts'
import { ServedHouse } from '../support/served-house.ts'

let served: ServedHouse
before(async () => {
  served = await ServedHouse.open()
  await served.house.set({ door: { source: 'demo:', model: 'motion' } })
  await served.house.until('door', ({ state }) => state === 'up')
})
after(() => served[Symbol.asyncDispose]())

const system = async () => (await served.ask('GET /api/v1/system')).body as unknown as System
const hostOf = ({ workers }: System, stream: string) => workers.find(({ streams }) => streams.includes(stream))

test('SM1 it is told which process has which stream, what it takes, what waits, and that one died', {
  timeout: 120_000
}, async () => {
  const host = await served.house.eventually('a worker that has said something', async () => {
    const found = hostOf(await system(), 'door')
    return found?.memoryBytes ? found : undefined
  })
  ok(Number(host.memoryBytes) > 10_000_000)
  const now = await system()
  ok(Value.Check(System, now), JSON.stringify([...Value.Errors(System, now)]))
  deepStrictEqual(
    [now.workerDeaths, now.jobs],
    [
      { count: 0, last: [] },
      { queued: 0, running: 0 }
    ]
  )
  process.kill(host.pid!, 'SIGKILL')
  const { workerDeaths } = await served.house.eventually('another process', async () => {
    const then = await system()
    return hostOf(then, 'door')?.pid !== host.pid && then.workerDeaths.count > 0 ? then : undefined
  })
  const [{ name, how, streams } = {}] = workerDeaths.last
  deepStrictEqual([workerDeaths.count, name, how, streams], [1, host.name, 'SIGKILL', 1])
})

test('SM2 what is on the disk is told as retention saw it', async () => {
  const { status, body } = await served.ask('GET /api/v1/system/disk')
  const { disks, kinds } = body as { disks: { totalBytes: number }[]; kinds: { kind: string; keepMs: number }[] }
  ok(status === 200 && disks.length > 0 && disks.every(({ totalBytes }) => totalBytes > 0))
  deepStrictEqual(kinds.find(({ kind }) => kind === 'clips')?.keepMs, 30 * 86_400_000)
})
