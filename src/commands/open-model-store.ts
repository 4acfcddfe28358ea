import { loadCatalogue } from '../vision/catalogue.ts'
import { modelPlaces } from '../vision/model-places.ts'
import { ModelStore } from '../vision/model-store.ts'

/** The model store where the environment says, with the user's own models. Throws SL_CATALOGUE_INVALID. */
export async function openModelStore(places = modelPlaces()): Promise<ModelStore> {
  return new ModelStore(await loadCatalogue(places.catalogues), places)
}
