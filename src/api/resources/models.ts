import type { Model } from '../../contract/api/system.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

/** A model of the catalogue. @throws SL_RESOURCE_UNKNOWN */
export async function findModel({ models }: Pick<Sources, 'models'>, name: string): Promise<Model> {
  return known(
    (await models()).find(model => model.name === name),
    'model',
    name
  )
}
