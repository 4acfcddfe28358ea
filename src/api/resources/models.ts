import type { Principal } from '../../access/principal.ts'
import type { Model, PictureTrial, RemoteModel, TrialPicture } from '../../contract/api/model.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

/** Gets models of the catalogue onto this machine, and tries them. */
export interface ModelDesk {
  /**
   * Begins to download one, if nobody has: false where that goes on already, or the model is here.
   * @throws SL_OPTION_CONFLICT where nobody knows from where, SL_LIMIT_REACHED
   */
  pull(name: string): Promise<boolean>
  /** Ends a download in order: the next one goes on from there. False where there is none. */
  cancel(name: string): Promise<boolean>
  /** @throws SL_OPTION_CONFLICT for one that is not here or finds nothing in pictures, SL_TRIAL_LIMIT, SL_INPUT_…, SL_MODEL_… */
  look(name: string, order: { picture: Uint8Array; minScore?: number }, signal: AbortSignal): Promise<PictureTrial>
}

type Parts = Pick<Sources, 'models' | 'modelDesk' | 'audit'>

/** A model of the catalogue. @throws SL_RESOURCE_UNKNOWN */
export async function findModel({ models }: Pick<Sources, 'models'>, name: string): Promise<Model> {
  return known(
    (await models()).find(model => model.name === name),
    'model',
    name
  )
}

/** The catalogue, and what servers run. Where a server's classes are not said, its stand-in's are told: it is to be the same model. */
export async function listModels({
  models,
  settings
}: Pick<Sources, 'models' | 'settings'>): Promise<{ items: Model[]; remotes: RemoteModel[] }> {
  const items = [...(await models())]
  const remotes = Object.entries(settings.now.models?.remote ?? {}).map(([name, { classes, fallback }]) => {
    const known = items.find(model => model.name === fallback)?.classes
    return { name, classes: classes ?? known ?? null }
  })
  return { items, remotes }
}

/** Has a model downloaded, and gives it as it is then. @throws SL_RESOURCE_UNKNOWN, SL_OPTION_CONFLICT, SL_LIMIT_REACHED */
export async function pullModel(sources: Parts, principal: Principal, name: string): Promise<Model> {
  const { licence } = await findModel(sources, name)
  if (await sources.modelDesk.pull(name)) await record(sources, principal, 'model-pulled', `model/${name}`, { licence })
  return findModel(sources, name)
}

/** Stops a model's download, and gives the model as it is then. @throws SL_RESOURCE_UNKNOWN */
export async function cancelPull(sources: Parts, principal: Principal, name: string): Promise<Model> {
  await findModel(sources, name)
  if (await sources.modelDesk.cancel(name)) await record(sources, principal, 'model-pull-cancelled', `model/${name}`)
  return findModel(sources, name)
}

/** What a model finds in a picture. @throws SL_RESOURCE_UNKNOWN, and as `ModelDesk.look` does */
export async function tryOnPicture(
  sources: Pick<Sources, 'models' | 'modelDesk'>,
  name: string,
  { picture, minScore }: TrialPicture,
  signal: AbortSignal
): Promise<PictureTrial> {
  await findModel(sources, name)
  const order = { picture: Buffer.from(picture, 'base64'), ...(minScore !== undefined && { minScore }) }
  return sources.modelDesk.look(name, order, signal)
}
