import { agree, type Outputs } from './batch-outputs.ts'
import type { PreparedModel } from './load-model.ts'
import type { Provider } from './providers.ts'
import { type ModelSession, openSession, type SessionSource } from './session.ts'

/**
 * Of what lies between the results of two different frames, the part by which another provider's may be off. Half precision, which
 * some compute in, takes less than a hundredth; what takes a picture for another is off by all of it.
 */
const mostDrift = 0.02

/**
 * A provider that takes so many times as long for a frame as the processor is not the fastest even where it does the largest batch
 * in the time of one frame. Such are drivers that compute in software, which would be measured for minutes.
 */
const mostTimesSlower = 32

type Session = Pick<ModelSession, 'run'> & AsyncDisposable

interface ComparisonParts {
  readonly open?: (source: SessionSource) => Promise<Session>
  readonly now?: () => number
}

/**
 * Why a provider need not be measured beside the processor, as the end of a sentence, or undefined where it should be: two frames are
 * run by both, whose results have to be the same, and the second of which shows how long one takes.
 * @throws SightlineError SL_MODEL_RUN_FAILED, SL_PROVIDER_UNAVAILABLE
 */
export async function whyNotMeasured(
  model: PreparedModel,
  provider: Provider,
  { open = openSession, now = () => performance.now() }: ComparisonParts = {}
): Promise<string | undefined> {
  const { width, height } = model.input
  const even = new Uint8Array(width * height * 3)
  const frames = [even, Uint8Array.from(even, (_, at) => at * 31)]
  const source = { ...model, model: model.fixedBytes ?? model.bytes, width, height }
  const [processor, other] = [await runBy('cpu'), await runBy(provider)]
  const [expected, given] = [processor.outputs, other.outputs]
  if (expected[0]!.length !== given[0]!.length) return 'it gives other outputs than the processor'
  if (!agree([expected[0]!, expected[1]!], given, mostDrift)) return 'it gives other numbers than the processor'
  const times = Math.round(other.ms / processor.ms)
  return times > mostTimesSlower ? `it takes ${times} times as long for a frame as the processor` : undefined

  async function runBy(by: Provider): Promise<{ readonly outputs: readonly Outputs[]; readonly ms: number }> {
    await using session = await open({ ...source, provider: by })
    const outputs: Outputs[] = []
    let begunMs = 0
    for (const frame of frames) {
      begunMs = now()
      outputs.push(copyOf(await session.run(frame)))
    }
    return { outputs, ms: now() - begunMs }
  }
}

function copyOf(outputs: Awaited<ReturnType<ModelSession['run']>>): Outputs {
  return outputs.map(({ name, data, dims }) => ({ name, data: data.slice(), dims }))
}
