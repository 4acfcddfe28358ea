import { eventId } from '../src/contract/event.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { FanoutSide } from './fanout-side.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

const origin = { stream: 'yard', epoch: 1, kind: 'line-crossed' } as const
const id = eventId({ ...origin, measure: 'line.door@5f0c2a91', subject: 'track-7', n: 100_000 })
const box = { x: 0.40625, y: 0.25, w: 0.0625, h: 0.1875 }
const track = { trackId: 7, label: 'person', box, lineId: 'door', direction: 'in' } as const
const event = { version: 1, id, ...origin, frame: 1234, ptsMs: 49_360, ...track }
const text = JSON.stringify({ type: 'event', atMs: 1_700_000_049_360, event })

export const fanout: Benchmark = {
  name: 'fanout',
  about: 'processor time of one event through the live socket to 5,000 clients ÷ a bare loop sending a ready string',
  limits: [
    { key: 'ratio', better: 'lower', must: 1.15, aim: 0.95 },
    { key: 'stall_effect', better: 'lower', must: 1.1 },
    { key: 'queued_kb', better: 'lower', must: 64 }
  ],
  async run({ quick, report }): Promise<Measured> {
    const [clients, stalled, rounds, events] = quick ? [500, 50, 15, 4] : [5000, 500, 40, 5]
    const program = (without: number) => servingScript('ours', 'ours-fanout.ts', clients, without, text)
    await using bare = new FanoutSide(servingScript('bare', 'bare/fanout.ts', clients, text))
    await bare.ready
    await using ours = new FanoutSide(program(0))
    await ours.ready
    await using beside = new FanoutSide(program(stalled))
    const { queuedBytes } = (await beside.ready) as { readonly queuedBytes: number }
    report(`three servers, with ${clients} clients each that want the event`)
    const seconds = { ours: [] as number[], bare: [] as number[], beside: [] as number[] }
    for (let round = 1 - rounds / 5; round <= rounds; round++) {
      const each = {
        ours: await ours.secondsEach(events),
        bare: await bare.secondsEach(events),
        beside: await beside.secondsEach(events)
      }
      if (round < 1) continue // Code is compiled, and memory found.
      for (const name of ['ours', 'bare', 'beside'] as const) seconds[name].push(each[name])
      const ms = Object.entries(each).map(([name, value]) => `${name} ${(1000 * value).toFixed(2)}`)
      if (round % 5 === 0) report(`${round}/${rounds}: ${ms.join(', ')} ms an event`)
    }
    return {
      comparison: compare(seconds.ours, seconds.bare),
      figures: {
        stall_effect: compare(seconds.beside, seconds.ours).ratio,
        queued_kb: queuedBytes / 1024,
        event_ms: 1000 * median(seconds.ours)
      }
    }
  }
}
