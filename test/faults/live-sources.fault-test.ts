import { ok } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type NetworkNamespace, openNamespace } from '../services/network-namespace.ts'
import { LiveHouse } from '../support/live-house.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { Cameras, squareClips } from './support/cameras.ts'
import { atMost, isLong } from './support/form.ts'
import { figuresOf, type ProcessFigures } from './support/process-figures.ts'
import { SeededChance } from './support/seeded-chance.ts'
import { type Sighting, TrackTimes } from './support/track-times.ts'

// Sources die in every way there is, time and again, and are there again soon after they are back.

const cycles = atMost(30, 1000)
const servers = atMost(5, 10)
const mostReturnMs = 10_000
/** As long as a source has to be well for its next failure to be answered at once. */
const wellMs = 5500

type Fault = 'killed' | 'hung' | 'unplugged' | 'changed'

interface Return {
  readonly fault: Fault
  readonly awayMs: number
  readonly tookMs: number
}

/** One server with two cameras, and what is done to it. */
class Scene {
  readonly cameras: Cameras
  readonly #times: TrackTimes
  readonly #cable: NetworkNamespace | undefined
  readonly #chance: SeededChance
  readonly #clips: number

  constructor(cameras: Cameras, times: TrackTimes, cable: NetworkNamespace | undefined, seed: number, clips: number) {
    this.cameras = cameras
    this.#times = times
    this.#cable = cable
    this.#chance = new SeededChance(seed)
    this.#clips = clips
  }

  /** What its cameras did after the next fault. Their pictures come when this begins and when it ends. */
  async suffer(nth: number): Promise<readonly Return[]> {
    const faults: Fault[] = [...(this.#cable ? (['unplugged'] as const) : []), 'killed', 'changed', 'hung']
    const fault = faults[nth % faults.length]!
    const awayMs = fault === 'changed' ? 0 : 500 + this.#chance.below(isLong ? 25_000 : 2500)
    const before = this.cameras.names.map(name => this.#times.last(name)!)
    await this.#away(fault, awayMs)
    const backAtMs = performance.now()
    const found = await Promise.all(this.cameras.names.map((name, index) => this.#again(name, fault, before[index]!)))
    return found.map(({ atMs }) => ({ fault, awayMs, tookMs: Math.round(atMs - backAtMs) }))
  }

  #again(name: string, fault: Fault, { epoch }: Sighting): Promise<Sighting> {
    const isNew = fault === 'killed' || fault === 'changed'
    const withinMs = 60_000
    return this.#times.next(name, { afterMs: performance.now(), fromEpoch: isNew ? epoch + 1 : epoch, withinMs })
  }

  /** Resolves when it is back. */
  async #away(fault: Fault, awayMs: number): Promise<void> {
    const { cameras } = this
    if (fault === 'killed') {
      await cameras.kill()
      await pause(awayMs)
      await cameras.begin()
    } else if (fault === 'hung') {
      await cameras.freeze()
      await pause(awayMs)
      cameras.thaw()
    } else if (fault === 'unplugged') {
      this.#cable!.setLink(false)
      await pause(awayMs)
      this.#cable!.setLink(true)
    } else for (const name of cameras.names) cameras.show(name, this.#chance.below(this.#clips))
  }
}

describe('sources that die', { timeout: isLong ? 5_400_000 : 240_000 }, () => {
  test(`LS1 each of ${cycles} deaths over ${servers * 2} sources: pictures again within 10 s, and nothing is left behind`, async t => {
    await using folder = await temporaryFolder()
    const clips = await squareClips(folder.path)
    using cable = opened(t)
    await using stack = new AsyncDisposableStack()
    const started: Cameras[] = []
    for (let n = 0; n < servers; n++) {
      const own = { clips, fps: 10 }
      const where = n === 0 && cable ? { host: cable.itsAddress, under: ['ip', 'netns', 'exec', cable.name] } : {}
      started.push(stack.use(await Cameras.start({ [`a${n}`]: own, [`b${n}`]: own }, where)))
    }
    await using house = await LiveHouse.open()
    const sources = started.flatMap(cameras => cameras.names.map(name => [name, cameras.url(name)] as const))
    house.set(Object.fromEntries(sources.map(([name, source]) => [name, { source, model: 'motion' }])))
    const times = new TrackTimes(
      house,
      sources.map(([name]) => name)
    )
    for (const [name] of sources) await house.until(name, ({ state }) => state === 'up')
    const [worker] = house.live.streams.workers
    const scenes = started.map((cameras, n) => new Scene(cameras, times, n === 0 ? cable : undefined, n, clips.length))

    const returns: Return[] = []
    const rounds = Math.ceil(cycles / sources.length)
    const held: ProcessFigures[] = []
    for (let round = 0; round < rounds; round++) {
      await pause(wellMs)
      const all = await Promise.all(scenes.map((scene, n) => scene.suffer(round + n)))
      returns.push(...all.flat())
      held.push(figuresOf(worker!.pid!))
    }
    t.diagnostic(told(returns))
    t.diagnostic(`held: ${JSON.stringify([held[1], held.at(-1)])}`)
    const late = returns.filter(({ tookMs }) => tookMs > mostReturnMs)
    ok(late.length === 0, `Late: ${JSON.stringify(late)}`)
    isFlat(held)
  })
})

function opened(t: { diagnostic(text: string): void }): NetworkNamespace | undefined {
  const found = openNamespace()
  if (found.missing === false) return found
  t.diagnostic(`No cable is pulled: ${found.missing}`)
  return undefined
}

/** After the first rounds, which fill pools and caches. */
function isFlat(held: readonly ProcessFigures[]): void {
  const [settled, last] = [held[Math.min(held.length - 1, isLong ? 10 : 1)]!, held.at(-1)!]
  ok(last.children === settled.children, `children: ${settled.children}, then ${last.children}`)
  ok(last.threads <= settled.threads + 2, `threads: ${settled.threads}, then ${last.threads}`)
  ok(last.descriptors <= settled.descriptors + 4, `descriptors: ${settled.descriptors}, then ${last.descriptors}`)
  const grownMb = (last.rssBytes - settled.rssBytes) / 2 ** 20
  ok(grownMb < 40, `memory: ${grownMb} MB more`)
}

function told(returns: readonly Return[]): string {
  return Object.entries(Object.groupBy(returns, ({ fault }) => fault))
    .map(([fault, some]) => {
      const tookMs = some!.map(one => one.tookMs).sort((a, b) => a - b)
      return `${fault} ${tookMs.length}: ${tookMs[tookMs.length >> 1]} ms, at most ${tookMs.at(-1)} ms`
    })
    .join('; ')
}
