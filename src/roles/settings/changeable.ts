import { isFileAlone, isHot } from '../../config/changed-settings.ts'
import { type Environment, saidVariables } from '../../config/environment-settings.ts'
import { SightlineError } from '../../core/errors.ts'

/**
 * Refuses what cannot be said beside the settings file while a server runs.
 * @param known keys of settings @param unknown what is none
 * @throws SL_REQUEST_INVALID, SL_OPTION_CONFLICT
 */
export function requireChangeable(
  known: readonly string[],
  unknown: readonly string[],
  environment: Environment
): void {
  const [stranger] = unknown
  if (stranger !== undefined)
    throw refused(`\`${stranger}\` is no setting: /api/v1/config/schema.json has those that there are.`)
  const variables = saidVariables(environment)
  for (const key of known) {
    if (isFileAlone(key)) throw refused(`\`${key}\` is said in the settings file alone.`)
    if (!isHot(key)) throw refused(`\`${key}\` holds from the next start on: say it in the settings file.`)
    const variable = variables.get(key)
    if (variable === undefined) continue
    const message = `\`${key}\` is said by $${variable}, which goes before everything else: change it there.`
    throw new SightlineError('SL_OPTION_CONFLICT', message)
  }
}

function refused(message: string): SightlineError {
  return new SightlineError('SL_REQUEST_INVALID', message)
}
