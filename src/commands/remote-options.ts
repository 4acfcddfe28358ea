import type { ModelSettings } from '../config/model-settings.ts'
import type { RemoteModelSettings } from '../config/remote-model-settings.ts'
import { SightlineError } from '../core/errors.ts'
import type { Catalogue } from '../vision/catalogue.ts'
import { cocoLabels } from '../vision/labels.ts'
import type { RemoteOptions } from '../vision/remote/remote-link.ts'

/**
 * What the settings say of a model of that name on a server; undefined for a name of no such model.
 * @throws SightlineError SL_OPTION_CONFLICT where the catalogue has the name, too
 */
export function remoteNamed(
  name: string | undefined,
  models: ModelSettings | undefined,
  catalogue: Catalogue
): (RemoteModelSettings & { readonly name: string }) | undefined {
  const remote = models?.remote
  if (name === undefined || !remote || !Object.hasOwn(remote, name)) return undefined
  if (catalogue.has(name))
    throw new SightlineError(
      'SL_OPTION_CONFLICT',
      `'${name}' is a model of the catalogue, and one of models.remote in the settings: give that another name.`
    )
  return { ...remote[name]!, name }
}

export function remoteOptions({ classes, ...settings }: RemoteModelSettings): RemoteOptions {
  return { ...settings, labels: classes === 'coco' ? cocoLabels : classes }
}
