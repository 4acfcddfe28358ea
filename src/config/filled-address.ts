import { SightlineError } from '../core/errors.ts'
import type { Environment } from './environment-settings.ts'
import type { ModelSettings } from './model-settings.ts'

/**
 * An address in which `${NAME}` stands for a variable of the environment.
 * @param whose such as `the stream yard`
 * @throws SL_CONFIG_INVALID
 */
export function filledAddress(whose: string, address: string, environment: Environment): string {
  return address.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
    const value = environment[variable]
    if (value !== undefined) return encodeURIComponent(value)
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      `The address of ${whose} names the variable ${variable}, which the environment does not have: set it.`
    )
  })
}

/** Models with the addresses of their servers filled in. @throws SL_CONFIG_INVALID */
export function filledModels(models: ModelSettings | undefined, environment: Environment): ModelSettings | undefined {
  if (!models?.remote) return models
  const remote = Object.entries(models.remote).map(([name, { url, ...settings }]) => {
    return [name, { ...settings, url: filledAddress(`the model ${name}`, url, environment) }] as const
  })
  return { ...models, remote: Object.fromEntries(remote) }
}
