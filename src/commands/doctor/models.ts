import { defaultModel } from '../../vision/catalogue.ts'
import type { ModelStore } from '../../vision/model-store.ts'
import { type Finding, note, well, wrong } from './finding.ts'

/** Whether what finds things is here, and is what it says. */
export async function lookAtModels(models: ModelStore): Promise<Finding> {
  const entry = defaultModel(models.catalogue, 'detect')
  if (!entry)
    return note(
      'models',
      'The catalogue names no default detector.',
      'Name one for each stream, or mend the catalogue.'
    )
  const { state, path } = await models.verify(entry)
  const { size } = await models.present()
  if (state === 'absent')
    return note(
      'models',
      `The default detector ${entry.name} is not here; it is downloaded when it is first used, and until then motion is followed.`,
      `Get it now: sightline models pull ${entry.name}; or name a folder that has ${entry.file} in SIGHTLINE_MODELS.`
    )
  if (state === 'mismatch')
    return wrong(
      'models',
      `${path} is not the ${entry.name} that it should be: its checksum differs.`,
      `Remove the file, and get it anew: sightline models pull ${entry.name}.`
    )
  return well('models', `${entry.name} is at ${path}; ${size} of ${models.catalogue.size} models are here.`)
}
