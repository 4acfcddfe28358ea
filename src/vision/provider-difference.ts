import { agree, type Outputs } from './batch-outputs.ts'
import type { PreparedModel } from './load-model.ts'
import type { Provider } from './providers.ts'
import { type ModelSession, openSession, type SessionSource } from './session.ts'

/**
 * Of what lies between the results of two different frames, the part by which another provider's may be off. Half precision, which
 * some compute in, takes less than a hundredth; what takes a picture for another is off by all of it.
 */
const mostDrift = 0.02

type Session = Pick<ModelSession, 'run'> & AsyncDisposable

/**
 * How a provider computes a model otherwise than the processor does, as the end of a sentence, or undefined where it does not: two
 * frames are run by both.
 * @throws SightlineError SL_MODEL_RUN_FAILED, SL_PROVIDER_UNAVAILABLE
 */
export async function differenceFromProcessor(
  model: PreparedModel,
  provider: Provider,
  open: (source: SessionSource) => Promise<Session> = openSession
): Promise<string | undefined> {
  const { width, height } = model.input
  const even = new Uint8Array(width * height * 3)
  const frames = [even, Uint8Array.from(even, (_, at) => at * 31)]
  const source = { ...model, model: model.fixedBytes ?? model.bytes, width, height }
  const [expected, given] = [await outputsBy('cpu'), await outputsBy(provider)]
  if (expected[0]!.length !== given[0]!.length) return 'it gives other outputs than the processor'
  return agree([expected[0]!, expected[1]!], given, mostDrift) ? undefined : 'it gives other numbers than the processor'

  async function outputsBy(by: Provider): Promise<Outputs[]> {
    await using session = await open({ ...source, provider: by })
    const outputs: Outputs[] = []
    for (const frame of frames) outputs.push(copyOf(await session.run(frame)))
    return outputs
  }
}

function copyOf(outputs: Awaited<ReturnType<ModelSession['run']>>): Outputs {
  return outputs.map(({ name, data, dims }) => ({ name, data: data.slice(), dims }))
}
