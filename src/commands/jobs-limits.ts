import { SightlineError } from '../core/errors.ts'
import { defaultLimits, type JobLimits } from '../jobs/limits.ts'

const bytes = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }
const time = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 }
type Units = Readonly<Record<string, number>>

/** As they are typed. */
const names: Readonly<Record<string, { readonly limit: keyof JobLimits; readonly units: Units }>> = {
  size: { limit: 'inputBytes', units: bytes },
  duration: { limit: 'durationMs', units: time },
  pixels: { limit: 'pixels', units: { '': 1 } },
  disk: { limit: 'diskBytes', units: bytes },
  log: { limit: 'logBytes', units: bytes },
  memory: { limit: 'memoryBytes', units: bytes },
  time: { limit: 'wallMs', units: time }
}

/** What `--limit` may say, for its help. */
export const limitsHelp = Object.entries(names)
  .map(([name, { limit, units }]) => `${name}=${shown(defaultLimits[limit], units)}`)
  .join(', ')

/** Parses `NAME=VALUE` of `--limit`, such as `memory=2GB`. @throws SL_OPTION_INVALID */
export function parseLimits(texts: readonly string[] = []): Partial<JobLimits> {
  return Object.fromEntries(texts.map(parseLimit))
}

function parseLimit(text: string): [keyof JobLimits, number] {
  const [, name = '', number, unit = ''] = /^([a-z]+)=(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? []
  const known = names[name]
  const factor = known && Object.hasOwn(known.units, unit) ? known.units[unit] : undefined
  const value = Number(number) * (factor ?? Number.NaN)
  if (known && value > 0) return [known.limit, value]
  throw new SightlineError('SL_OPTION_INVALID', `--limit ${text} is none. These are the limits: ${limitsHelp}.`)
}

function shown(value: number, units: Units): string {
  const [unit, factor] = Object.entries(units).findLast(([, size]) => value % size === 0)!
  return `${value / factor}${unit}`
}
