import { stringify } from 'yaml'
import { redactUrl } from '../core/redact.ts'
import type { Settings } from './settings.ts'

export interface ShownValue {
  /** Such as `live.maxFps`. */
  readonly key: string
  /** As YAML, in one line. */
  readonly text: string
}

const secret = /credential|password|secret|token/i

/** Every value that is said, by its path, as anybody may read it. Lists are one value. */
export function shownValues(settings: Settings): readonly ShownValue[] {
  return [...valuesBelow(settings, '')]
}

function* valuesBelow(value: unknown, key: string): Generator<ShownValue> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0)
    for (const [name, inner] of Object.entries(value)) yield* valuesBelow(inner, key === '' ? name : `${key}.${name}`)
  else if (key !== '') {
    const text = stringify(shownValue(value, key), { collectionStyle: 'flow', lineWidth: 0 }).trim()
    yield { key, text }
  }
}

/** A value of a setting as anybody may read it. @param key of the setting, or its last part */
export function shownValue(value: unknown, key: string): unknown {
  if (typeof value === 'string') return secret.test(key.slice(key.lastIndexOf('.') + 1)) ? '***' : redactUrl(value)
  if (Array.isArray(value)) return value.map(each => shownValue(each, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shownValue(inner, name)]))
  return value
}
