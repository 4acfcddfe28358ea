import type { ReidSettings } from '../../config/analysis-settings.ts'
import type { Logger } from '../../core/log.ts'
import { TrackLooks } from '../../pipeline/track-looks.ts'
import type { Embedder } from '../../vision/embedder.ts'
import type { ModelStore } from '../../vision/model-store.ts'
import { openEmbedder } from '../../vision/open-embedder.ts'
import type { ModelTrials } from '../model-trials/model-trials.ts'
import type { ProviderTrials } from '../provider-trials/provider-trials.ts'

/** By which a stream knows its tracks again, until it is disposed of. */
export interface SharedLooks extends AsyncDisposable {
  readonly looks: TrackLooks
}

interface Opened {
  readonly opening: Promise<Embedder>
  users: number
}

/** The embedding models of one worker: streams of the same one share it, and it is closed when the last has gone. */
export class StreamEmbedders {
  readonly #open: (model: string) => Promise<Embedder>
  readonly #opened = new Map<string, Opened>()

  /** @param open opens a model by its name */
  constructor(open: (model: string) => Promise<Embedder>) {
    this.#open = open
  }

  /** @throws SL_MODEL_… */
  async take({ model }: ReidSettings): Promise<SharedLooks> {
    const opened = this.#opened.get(model) ?? { opening: this.#open(model), users: 0 }
    this.#opened.set(model, opened)
    opened.users++
    const leave = async () => {
      if (--opened.users > 0) return
      if (this.#opened.get(model) === opened) this.#opened.delete(model)
      await (await opened.opening.catch(() => undefined))?.[Symbol.asyncDispose]()
    }
    try {
      const embedder = await opened.opening
      // One whose sessions have all died stays with those who have it; the next opens anew.
      if (embedder.concurrency === 0 && this.#opened.get(model) === opened) this.#opened.delete(model)
      return { looks: new TrackLooks(embedder), [Symbol.asyncDispose]: leave }
    } catch (error) {
      await leave()
      throw error
    }
  }
}

/** Opens models of the store, once they were tried. Looks are wanted now and then: one session does for all. */
export function embedderOpener(
  openModels: () => Promise<ModelStore>,
  trials: Pick<ModelTrials, 'require'>,
  providers: Pick<ProviderTrials, 'choose'>,
  log: Logger
) {
  return async (model: string): Promise<Embedder> => {
    const { path, entry } = await (await openModels()).resolve(model)
    const family = entry?.family
    await trials.require({ path, family, task: 'embed' })
    const options = { modelPath: path, name: model, family, concurrency: 1 }
    return openEmbedder({ ...options, provider: await providers.choose('auto', options, 'embed'), log })
  }
}
