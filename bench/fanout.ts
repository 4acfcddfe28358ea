import { eventId } from '../src/contract/event.ts'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import type { Run } from './program.ts'
import { servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  /** Processor time of one event to everybody. */
  readonly seconds: number
  /** The same while others read nothing. */
  readonly stalledSeconds?: number
  /** Most that waits for one who reads nothing. */
  readonly queuedBytes?: number
}

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
  async run({ quick, alternation }): Promise<Measured> {
    const [clients, stalled, rounds] = quick ? [500, 50, 20] : [5000, 500, 60]
    const ours = servingScript('ours', 'ours-fanout.ts', clients, stalled, rounds, text)
    const bare = servingScript('bare', 'bare/fanout.ts', clients, rounds, text)
    const runs = await alternate({ ours, bare }, alternation)
    const results = runs.ours.map(resultOf)
    return {
      comparison: compare(
        results.map(({ seconds }) => seconds),
        runs.bare.map(run => resultOf(run).seconds)
      ),
      figures: {
        stall_effect: median(results.map(({ seconds, stalledSeconds }) => stalledSeconds! / seconds)),
        queued_kb: Math.max(...results.map(({ queuedBytes }) => queuedBytes!)) / 1024,
        event_ms: 1000 * median(results.map(({ seconds }) => seconds))
      }
    }
  }
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}
