import { deepStrictEqual, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import type { EventRecord } from '../../../src/contract/record.ts'
import { LiveHub } from '../../../src/live/socket/hub.ts'
import type { LiveClient } from '../../../src/live/socket/live-client.ts'
import { LiveSink } from '../../../src/live/socket/live-sink.ts'
import { batch, crossing, crowd } from '../../store/records.ts'
import { ScriptedHistory } from './scripted-history.ts'
import { ScriptedSocket } from './scripted-socket.ts'

const streams = ['yard', 'street']
const tickMs = 50

/** A subscriber that comes back to where it was each time. */
interface Subscriber {
  readonly kinds: readonly string[] | undefined
  readonly got: Map<string, string[]>
  /** By stream, events that it is not owed: they came by before it subscribed for the first time. */
  readonly missed: Map<string, number>
  gaps: number
  socket: ScriptedSocket | undefined
  client: LiveClient | undefined
}

/** A worker's log after another, the store and the hub that read each at its own pace, and one hub after another. */
class World {
  readonly logs: EventRecord[][] = [[]]
  readonly epochs = new Map(streams.map(stream => [stream, { epoch: 1, log: 0 }]))
  readonly history = new ScriptedHistory()
  readonly stored: number[] = [0]
  readonly live: number[] = [0]
  readonly subscribers: Subscriber[] = []
  readonly #t: TestContext
  #n = 0
  #ms = 0
  #hub!: LiveHub
  #sink!: LiveSink
  /** Logs of workers that were gone when the hub began. */
  #former: readonly number[] = []

  constructor(t: TestContext) {
    this.#t = t
    this.#begin()
  }

  happen(stream: string, isCrowd: boolean): void {
    const { epoch, log } = this.epochs.get(stream)!
    const details = { stream, epoch, n: ++this.#n }
    this.logs[log]!.push(isCrowd ? crowd(details) : crossing(details))
  }

  /** The streams' worker is another from now on; what the old one logged is read before the new one begins. */
  async restartWorker(): Promise<void> {
    await this.readAllLive()
    this.logs.push([])
    this.stored.push(0)
    this.live.push(0)
    for (const stream of streams) {
      const { epoch } = this.epochs.get(stream)!
      this.epochs.set(stream, { epoch: epoch + 1, log: this.logs.length - 1 })
    }
  }

  /** Of one log: they are stored beside one another. */
  store(log: number, count: number): void {
    const at = log % this.logs.length
    const next = this.logs[at]!.slice(this.stored[at], this.stored[at]! + count)
    for (const { atMs, body } of next) this.history.kept.push({ atMs, event: body })
    this.stored[at]! += next.length
  }

  /** Of one log: they are read beside one another. */
  async readLive(log: number, count: number): Promise<void> {
    const at = log % this.logs.length
    const next = this.logs[at]!.slice(this.live[at], this.live[at]! + count)
    if (next.length === 0) return
    await this.#sink.take(batch(next, { log: nameOf(at), from: this.live[at]! + 1 }))
    this.live[at]! += next.length
  }

  async readAllLive(): Promise<void> {
    for (const log of this.logs.keys()) await this.readLive(log, Number.POSITIVE_INFINITY)
  }

  restartHub(): void {
    this.#hub[Symbol.dispose]()
    for (const subscriber of this.subscribers) this.leave(subscriber)
    this.#begin()
  }

  come(subscriber: Subscriber, room: number): void {
    if (subscriber.client) return
    for (const stream of streams) {
      const passed = (log: number) => {
        const read = this.#former.includes(log) ? Number.POSITIVE_INFINITY : this.live[log]!
        return this.#of(stream, log, read).length
      }
      if (subscriber.got.get(stream)!.length > 0) continue
      subscriber.missed.set(
        stream,
        [...this.logs.keys()].reduce((sum, log) => sum + passed(log), 0)
      )
    }
    const after = [...subscriber.got].flatMap(([stream, ids]) => (ids.length > 0 ? [[stream, ids.at(-1)]] : []))
    subscriber.socket = new ScriptedSocket(room)
    subscriber.client = this.#hub.join(subscriber.socket)!
    const { kinds } = subscriber
    subscriber.client.message(JSON.stringify({ type: 'subscribe', after: Object.fromEntries(after), kinds }))
  }

  leave(subscriber: Subscriber): void {
    this.#collect(subscriber)
    subscriber.client?.closed()
    subscriber.client = subscriber.socket = undefined
  }

  drain({ socket }: Subscriber, bytes: number): void {
    socket?.drain(bytes)
  }

  async pass(ticks: number): Promise<void> {
    for (let tick = 0; tick < ticks; tick++) {
      this.#ms += tickMs
      this.#t.mock.timers.tick(tickMs)
      for (let turn = 0; turn < 3; turn++) await setImmediate()
    }
  }

  /** Everything is read by everybody. */
  async settle(): Promise<void> {
    await this.readAllLive()
    for (const log of this.logs.keys()) this.store(log, Number.POSITIVE_INFINITY)
    for (const subscriber of this.subscribers) {
      this.come(subscriber, Number.POSITIVE_INFINITY)
      this.drain(subscriber, Number.POSITIVE_INFINITY)
    }
    for (let round = 0; round < 30 && this.#hub.snapshot().behind > 0; round++) await this.pass(2)
    // Who was told of nothing yet hears of the next.
    for (const stream of streams) this.happen(stream, false)
    await this.readAllLive()
    for (const log of this.logs.keys()) this.store(log, Number.POSITIVE_INFINITY)
    for (let round = 0; round < 30; round++) await this.pass(2)
    for (const subscriber of this.subscribers) this.#collect(subscriber)
  }

  check(): void {
    for (const { kinds, got, missed, gaps } of this.subscribers) {
      deepStrictEqual(gaps, 0)
      for (const stream of streams) {
        const all = this.logs.flatMap((_, log) => this.#of(stream, log))
        const wanted = all.filter(({ body }) => kinds?.includes(body.kind) ?? true)
        const ids = wanted.map(({ id }) => id)
        const received = got.get(stream)!
        // All up to the last, each once, in order, from one that it is owed or from an earlier one.
        deepStrictEqual(received, received.length === 0 ? [] : ids.slice(-received.length))
        const owed = all.slice(missed.get(stream)).filter(({ body }) => kinds?.includes(body.kind) ?? true)
        ok(received.length >= owed.length, `${received.length} of ${owed.length} events of ${stream} came`)
      }
    }
  }

  #of(stream: string, log: number, count = Number.POSITIVE_INFINITY): EventRecord[] {
    return this.logs[log]!.slice(0, count).filter(record => record.stream === stream)
  }

  #collect(subscriber: Subscriber): void {
    for (const message of subscriber.socket?.received.splice(0) ?? []) {
      if (message.type === 'event') subscriber.got.get(message.event.stream)!.push(message.event.id)
      if (message.type === 'gap') subscriber.gaps++
    }
  }

  /** A new process: it knows how far the store is, and whose logs are over. */
  #begin(): void {
    // As small as they get, so that nearly everything has to be read again.
    const limits = { ringBytes: 1500, queueBytes: 700, mostMessages: Number.POSITIVE_INFINITY }
    const { history } = this
    const former = [...this.logs.keys()].slice(0, -1)
    this.#former = former
    history.whole = () => former.every(log => this.stored[log] === this.logs[log]!.length)
    this.#hub = new LiveHub({ history, now: () => this.#ms, ...limits })
    for (const [log, count] of this.stored.entries()) this.live[log] = count
    const positions = new Map(this.stored.map((count, log) => [nameOf(log), count + 1]))
    this.#sink = new LiveSink(this.#hub, { positions, former: new Set(former.map(nameOf)) })
  }
}

const nameOf = (log: number) => `worker-${log}`

/** A world with subscribers who want everything or some kinds, here from the start. */
function inhabited(t: TestContext): World {
  const world = new World(t)
  for (const kinds of [undefined, ['line-crossed'], ['crowd-formed', 'line-crossed'], undefined]) {
    const got = new Map<string, string[]>(streams.map(stream => [stream, []]))
    const subscriber = { kinds, got, missed: new Map(), gaps: 0, socket: undefined, client: undefined }
    world.subscribers.push(subscriber)
    world.come(subscriber, 500)
  }
  return world
}

type Step = (world: World) => void | Promise<void>
const which = fc.nat({ max: 3 })
const some = fc.integer({ min: 1, max: 12 })
const pick = (world: World, at: number) => world.subscribers[at]!
const steps: fc.Arbitrary<{ readonly name: string; readonly run: Step }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...streams), fc.boolean(), some).map(([stream, isCrowd, count]) => ({
      name: `${count} in ${stream}`,
      run: (world: World) => {
        for (let at = 0; at < count; at++) world.happen(stream, isCrowd)
      }
    }))
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(which, some)
      .map(([log, count]) => ({ name: `live ${log} ${count}`, run: (world: World) => world.readLive(log, count) }))
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(which, some)
      .map(([log, count]) => ({ name: `store ${log} ${count}`, run: (world: World) => world.store(log, count) }))
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(which, fc.nat({ max: 3000 }))
      .map(([at, room]) => ({ name: `come ${at} ${room}`, run: (world: World) => world.come(pick(world, at), room) }))
  },
  {
    weight: 2,
    arbitrary: which.map(at => ({ name: `leave ${at}`, run: (world: World) => world.leave(pick(world, at)) }))
  },
  {
    weight: 3,
    arbitrary: fc.tuple(which, fc.nat({ max: 3000 })).map(([at, bytes]) => ({
      name: `drain ${at} ${bytes}`,
      run: (world: World) => world.drain(pick(world, at), bytes)
    }))
  },
  { weight: 4, arbitrary: some.map(ticks => ({ name: `pass ${ticks}`, run: (world: World) => world.pass(ticks) })) },
  { weight: 1, arbitrary: fc.constant({ name: 'restart hub', run: (world: World) => world.restartHub() }) },
  { weight: 1, arbitrary: fc.constant({ name: 'restart worker', run: (world: World) => world.restartWorker() }) }
)

test('D1 whoever comes and goes, stalls and lags: everybody gets each event exactly once, in order', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const script = fc.array(steps, { minLength: 10, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(script, async script => {
      const world = inhabited(t)
      for (const { run } of script) await run(world)
      await world.settle()
      world.check()
    }),
    { numRuns: 150 }
  )
})

test('D2 an epoch is gone through to its end though main began anew with a later one stored beside it in part', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const world = inhabited(t)
  for (let n = 0; n < 2; n++) world.happen('yard', false)
  await world.restartWorker()
  world.happen('yard', false)
  world.store(1, 1)
  world.restartHub()
  world.store(0, 1)
  for (const subscriber of world.subscribers) world.come(subscriber, 0)
  await world.pass(4)
  await world.settle()
  world.check()
})

test('D3 an epoch of which nothing is stored yet is not passed by', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const world = inhabited(t)
  for (let epoch = 0; epoch < 3; epoch++) {
    if (epoch > 0) await world.restartWorker()
    for (let n = 0; n < 12; n++) world.happen('yard', false)
  }
  await world.readAllLive()
  for (const log of [0, 2]) world.store(log, 12)
  for (const subscriber of world.subscribers) world.drain(subscriber, Number.POSITIVE_INFINITY)
  await world.pass(4)
  await world.settle()
  world.check()
})
