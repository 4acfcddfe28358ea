import { deepStrictEqual, ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import { UdpPorts } from '../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings } from '../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../src/live/webrtc/whep.ts'
import { Whip } from '../../src/live/webrtc/whip.ts'
import { type NetworkNamespace, openNamespace } from '../services/network-namespace.ts'
import { letIn } from '../support/let-in.ts'
import { LiveHouse } from '../support/live-house.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { Cameras, sentSquares, squareClips } from './support/cameras.ts'
import { atMost, isLong } from './support/form.ts'
import { figuresOf, type ProcessFigures } from './support/process-figures.ts'
import { SeededChance } from './support/seeded-chance.ts'
import { ServedCameras, servedSquares } from './support/served-cameras.ts'
import { type Sighting, TrackTimes } from './support/track-times.ts'
import { until } from './support/until.ts'

// Sources die in every way there is, time and again, and are there again soon after they are back.

const cycles = atMost(30, 1000)
/** Servers, two cameras each. The last two of them are not ours, and the cameras of the one before send by WHIP. */
const servers = atMost(5, 10)
const mostReturnMs = 10_000
/** As long as a source has to be well for its next failure to be answered at once; after few failures none waits for long. */
const isWellMs = 5500
const wellMs = atMost(1000, isWellMs)
/** Of a death after which pictures were late, as they may be where the machine stands still. */
const mostRepeats = 3
/** Beyond the 10 s after which what gives no picture counts as lost. */
const mostAwayMs = atMost(3000, 15_500)

const ports: [number, number] = [21_500, 21_519]

type Fault = 'killed' | 'hung' | 'unplugged' | 'changed' | 'resized'
/** Cameras of ours, or streams of somebody else's server. */
type Sources = Cameras | ServedCameras

interface Return {
  readonly whose: 'ours' | 'theirs' | 'sent'
  readonly fault: Fault
  readonly awayMs: number
  readonly tookMs: number
  /** Why it was not there in between, time after time. */
  readonly codes: readonly string[]
}

function isLate({ tookMs }: Return): boolean {
  return tookMs > mostReturnMs
}

/** One server with two cameras, and what is done to it. */
class Scene {
  readonly sources: Sources
  readonly #times: TrackTimes
  readonly #cable: NetworkNamespace | undefined
  readonly #chance: SeededChance
  readonly #faults: readonly Fault[]

  constructor(sources: Sources, times: TrackTimes, cable: NetworkNamespace | undefined, seed: number) {
    this.sources = sources
    this.#times = times
    this.#cable = cable
    this.#chance = new SeededChance(seed)
    const own = [...(cable ? (['unplugged'] as const) : []), 'killed', 'resized', 'changed', 'hung'] as const
    this.#faults = sources instanceof Cameras ? own : ['killed', 'changed', 'hung']
  }

  /** What its cameras did after the next fault. Their pictures come when this begins and when it ends. */
  async suffer(nth: number): Promise<readonly Return[]> {
    const fault = this.#faults[nth % this.#faults.length]!
    const isAway = fault !== 'changed' && fault !== 'resized'
    const awayMs = isAway ? 500 + this.#chance.below(mostAwayMs - 500) : 0
    const { names } = this.sources
    const before = names.map(name => this.#times.last(name)!)
    await this.#away(fault, awayMs)
    const backAtMs = performance.now()
    const found = await Promise.all(names.map((name, index) => this.#again(name, fault, before[index]!)))
    const whose = !(this.sources instanceof Cameras) ? 'theirs' : this.sources.areSent ? 'sent' : 'ours'
    return found.map(({ atMs }, index) => {
      const codes = this.#times.codes(names[index]!, backAtMs)
      return { whose, fault, awayMs, tookMs: Math.round(atMs - backAtMs), codes }
    })
  }

  /** The same fault once more. */
  async sufferAgain(nth: number): Promise<readonly Return[]> {
    // Whoever turned already has to be killed before, and so shows the first of its clips.
    if (this.#faults[nth % this.#faults.length] !== 'resized') return this.suffer(nth)
    const killed = await this.suffer(nth + this.#faults.indexOf('killed') - this.#faults.indexOf('resized'))
    await pause(isWellMs)
    return [...killed, ...(await this.suffer(nth))]
  }

  #again(name: string, fault: Fault, { epoch }: Sighting): Promise<Sighting> {
    const isNew = fault === 'killed' || fault === 'changed' || fault === 'resized'
    const withinMs = 60_000
    return this.#times.next(name, { afterMs: performance.now(), fromEpoch: isNew ? epoch + 1 : epoch, withinMs })
  }

  /** Resolves when it is back. */
  async #away(fault: Fault, awayMs: number): Promise<void> {
    const { sources } = this
    if (fault === 'killed') {
      await sources.kill()
      await pause(awayMs)
      await sources.begin()
    } else if (fault === 'hung') {
      await sources.freeze()
      await pause(awayMs)
      sources.thaw()
    } else if (fault === 'unplugged') {
      this.#cable!.setLink(false)
      await pause(awayMs)
      this.#cable!.setLink(true)
    } else if (fault === 'changed') await sources.change(sources instanceof Cameras ? 1 + this.#chance.below(3) : 1)
    // They were killed just before, and show the first of their clips since: the last is of the same codec.
    else (sources as Cameras).turnTo(3)
  }
}

describe('sources that die', { timeout: isLong ? 5_400_000 : 900_000 }, () => {
  test(`LS1 each of ${cycles} deaths over ${servers * 2} sources: pictures again within 10 s, and nothing is left behind`, async t => {
    await using folder = await temporaryFolder()
    const clips = await squareClips(folder.path)
    using cable = opened(t)
    await using house = await LiveHouse.open()
    await using door = await whipDoor(house)
    const sent = { clips: await sentSquares(folder.path), fps: 10 }
    await using stack = new AsyncDisposableStack()
    const started: Sources[] = []
    const served = await servedSquares(folder.path)
    for (let n = 0; n < servers; n++) {
      const kind = ({ 1: 'go2rtc', 2: 'gstreamer' } as const)[servers - n]
      const theirs = kind && (await ServedCameras.start(kind, [`a${n}`, `b${n}`], served))
      if (theirs && theirs.missing !== false) t.diagnostic(`Not ${kind}, but a server of ours: ${theirs.missing}`)
      const own = { clips, fps: 10 }
      const where = n === 0 && cable ? { host: cable.itsAddress, under: ['ip', 'netns', 'exec', cable.name] } : {}
      const ours = () =>
        servers - n === 3
          ? Cameras.start({ [`a${n}`]: sent, [`b${n}`]: sent }, { whip: door.url })
          : Cameras.start({ [`a${n}`]: own, [`b${n}`]: own }, where)
      started.push(stack.use(theirs?.missing === false ? theirs : await ours()))
    }
    const sources = started.flatMap(some => some.names.map(name => [name, some.url(name)] as const))
    house.set(Object.fromEntries(sources.map(([name, source]) => [name, { source, model: 'motion' }])))
    const times = new TrackTimes(
      house,
      sources.map(([name]) => name)
    )
    for (const [name] of sources) await house.until(name, ({ state }) => state === 'up')
    const [worker] = house.live.streams.workers
    const scenes = started.map((some, n) => new Scene(some, times, n === 0 ? cable : undefined, n))

    const returns: Return[] = []
    const again: Return[] = []
    const rounds = Math.ceil(cycles / sources.length)
    const held: ProcessFigures[] = []
    for (let round = 0; round < rounds; round++) {
      await pause(wellMs)
      const suffer = async (scene: Scene, n: number) => {
        let found = await scene.suffer(round + n)
        for (let time = 0; found.some(isLate) && time < mostRepeats; time++) {
          again.push(...found)
          await pause(isWellMs)
          found = await scene.sufferAgain(round + n)
        }
        return found
      }
      const all = await Promise.all(scenes.map(suffer))
      returns.push(...all.flat())
      held.push(figuresOf(worker!.pid!))
    }
    t.diagnostic(told(returns))
    t.diagnostic(`held: ${JSON.stringify([held[1], held[25], held.at(-1)])}`)
    t.diagnostic(`repeated: ${JSON.stringify(again)}`)
    const late = returns.filter(isLate)
    ok(late.length === 0, `Late: ${JSON.stringify([...again, ...late])}`)
    const now = () => [...held, figuresOf(worker!.pid!)]
    // Connections that went may take a moment more.
    await until('nothing is left behind', () => unevenness(now()).length === 0, { givenUpMs: 60_000 }).catch(
      () => undefined
    )
    deepStrictEqual(unevenness(now()), [])
  })
})

function opened(t: { diagnostic(text: string): void }): NetworkNamespace | undefined {
  const found = openNamespace()
  if (found.missing === false) return found
  t.diagnostic(`No cable is pulled: ${found.missing}`)
  return undefined
}

/** Where pictures are sent to, as main has it. */
async function whipDoor(house: LiveHouse): Promise<AsyncDisposable & { readonly url: string }> {
  await using parts = new AsyncDisposableStack()
  const settings = { ...defaultWebrtcSettings, ports }
  const shared = { settings, ports: new UdpPorts(ports, false) }
  const whip = parts.use(new Whip({ ...shared, pushed: house.live.streams }))
  const whep = parts.use(new Whep({ ...shared, feeds: house.live.streams }))
  const { url } = parts.use(
    await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: app => webrtcRoutes(app, { whep, whip, refusals: new Refusals() })
    })
  )
  const opened = parts.move()
  return { url: `${url}/whip`, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** What there is more of than after the first rounds, which fill pools and caches; of memory that takes some hundreds of deaths. */
function unevenness(held: readonly ProcessFigures[]): readonly string[] {
  const [settled, last] = [held[Math.min(held.length - 2, isLong ? 25 : 1)]!, held.at(-1)!]
  const grownMb = (last.rssBytes - settled.rssBytes) / 2 ** 20
  return [
    ...(last.children === settled.children ? [] : [`children: ${settled.children}, then ${last.children}`]),
    ...(last.threads <= settled.threads + 2 ? [] : [`threads: ${settled.threads}, then ${last.threads}`]),
    ...(last.descriptors <= settled.descriptors + 4
      ? []
      : [`descriptors: ${settled.descriptors}, then ${last.descriptors}`]),
    ...(grownMb < 40 ? [] : [`memory: ${grownMb} MB more`])
  ]
}

function told(returns: readonly Return[]): string {
  return Object.entries(Object.groupBy(returns, ({ whose, fault }) => `${whose} ${fault}`))
    .map(([fault, some]) => {
      const tookMs = some!.map(one => one.tookMs).sort((a, b) => a - b)
      return `${fault} ${tookMs.length}: ${tookMs[tookMs.length >> 1]} ms, at most ${tookMs.at(-1)} ms`
    })
    .join('; ')
}
