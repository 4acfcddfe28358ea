import { homedir } from 'node:os'
import { loadCatalogue } from '../vision/catalogue.ts'
import { modelPlaces } from '../vision/model-places.ts'
import { ModelStore } from '../vision/model-store.ts'

/** The model store where the environment says, with the user's own models. Throws SL_CATALOGUE_INVALID. */
export async function openModelStore(
  env: Readonly<Record<string, string | undefined>> = process.env,
  folder = process.cwd()
): Promise<ModelStore> {
  const places = modelPlaces({ env, folder, platform: process.platform, home: homedir() })
  return new ModelStore(await loadCatalogue(places.catalogues), places)
}
