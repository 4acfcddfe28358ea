import { findKserve, startKserve } from '../test/services/kserve-server.ts'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { peopleClips } from './mot-people.ts'
import { type Extent, extent, peopleMaterial, peopleProgram, peopleRunOf, points } from './people-run.ts'
import type { Program, Run } from './program.ts'
import { script } from './sightline.ts'
import { compare } from './statistics.ts'

const name = 'yolox-nano'
/** On two cores: one that the server works for and one that is on its way. */
const atOnce = 2
const ways = ['grpc', 'http'] as const
const figureNames = [
  'recall',
  'precision',
  'fps',
  ...ways.flatMap(way => [`${way}_recall`, `${way}_precision`, `${way}_fps`, `${way}_ms`])
]

export const kserve: Benchmark = {
  name: 'kserve',
  about: `frames a second of ${name} on a model server of this machine, over gRPC ÷ in our own sessions, and what it loses of the people in a clip of MOT15`,
  limits: [],
  async run({ quick, alternation, report }): Promise<Measured> {
    const material = await peopleMaterial(name, report)
    // A smoke run installs nothing: it may be without a network.
    const found = material && (await findKserve(!quick))
    if (!found || 'missing' in found) {
      if (found) report(`${found.missing} Nothing can be measured.`)
      return { figures: Object.fromEntries(figureNames.map(each => [each, Number.NaN])) }
    }
    await using server = await startKserve(found.python, material.path)
    const what = extent(quick, [peopleClips[0].name])
    const runs = await alternate(
      {
        grpc: served('over gRPC', material.family, server.grpc, server.model, what),
        http: served('over HTTP', material.family, server.http, server.model, what),
        local: peopleProgram('own sessions', material, 'whole', what)
      },
      alternation
    )
    const fps = (all: readonly Run[]) => all.map(peopleRunOf).map(({ frames, seconds }) => frames / seconds)
    const remote = ways.flatMap(way => {
      const { recall, precision } = points(peopleRunOf(runs[way][0]!))
      const exchangeMs = runs[way].map(({ stdout }) => (JSON.parse(stdout) as { exchangeMs: number }).exchangeMs)
      const figures = { recall, precision, fps: Math.max(...fps(runs[way])), ms: Math.min(...exchangeMs) }
      return Object.entries(figures).map(([figure, value]) => [`${way}_${figure}`, value] as const)
    })
    return {
      comparison: compare(fps(runs.grpc), fps(runs.local)),
      figures: {
        ...points(peopleRunOf(runs.local[0]!)),
        fps: Math.max(...fps(runs.local)),
        ...Object.fromEntries(remote)
      }
    }
  }
}

function served(title: string, family: string, url: string, model: string, { every, most, clips }: Extent): Program {
  return script(title, 'ours-kserve.ts', family, url, model, atOnce, every, most, ...clips)
}
