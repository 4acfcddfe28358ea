import type { ModelDesk } from '../api/resources/models.ts'
import { modelFlags } from '../commands/model-listing.ts'
import type { Model } from '../contract/api/model.ts'
import { SightlineError } from '../core/errors.ts'
import { toldMessage } from '../core/told-message.ts'
import type { ModelStore } from '../vision/model-store.ts'
import type { ModelPulls } from './model-pulls.ts'
import type { PictureTrials } from './picture-trial/picture-trials.ts'

export interface ModelDeskParts {
  readonly openModels: () => Promise<ModelStore>
  readonly pulls: ModelPulls
  readonly trials: PictureTrials
}

/** The catalogue, without paths of this machine. */
export async function modelFacts({ openModels, pulls }: Omit<ModelDeskParts, 'trials'>): Promise<Model[]> {
  const store = await openModels()
  const present = await store.present()
  return [...store.catalogue.values()].map(entry => {
    const { name, title, task, family, licence, notes, jobs, speed, bytes, input, classes, url } = entry
    const isPresent = present.has(name)
    return {
      ...{ name, title, task, family, licence, flags: modelFlags(entry), input, isPresent },
      notes: notes ?? null,
      jobs: [...(jobs ?? [])],
      speed: speed ?? null,
      bytes: bytes ?? null,
      classes: classes ?? null,
      isDownloadable: url !== undefined,
      pull: isPresent ? null : pullOf(pulls, name)
    }
  })
}

/** Whoever may look at models is told, not only admins: nothing of where things lie. */
function pullOf(pulls: ModelPulls, name: string): Model['pull'] {
  const pull = pulls.of(name)
  if (!pull?.error) return pull ?? null
  const { code } = pull.error
  return { ...pull, error: { code, message: toldMessage(pull.error) } }
}

export function modelDesk({ openModels, pulls, trials }: ModelDeskParts): ModelDesk {
  return {
    pull: name => pulls.begin(name),
    cancel: name => pulls.cancel(name),
    async look(name, order, signal) {
      const store = await openModels()
      const entry = store.entry(name)
      if (entry.task === 'embed')
        throw new SightlineError(
          'SL_OPTION_CONFLICT',
          `${name} tells persons apart that a detector has found, and finds nothing in a picture by itself: try a detector.`
        )
      if (!(await store.present()).has(name))
        throw new SightlineError('SL_OPTION_CONFLICT', `${name} is not on this machine yet: download it first.`)
      const { path } = await store.resolve(name, { signal })
      return trials.run({ model: { path, entry }, ...order }, signal)
    }
  }
}
