/** How numbers and times are said: a language with its country, a zone, and the units people think in. Pure. */
export interface Manner {
  /** Default: the browser's. */
  readonly locale?: string | undefined
  /** IANA; default: the browser's. */
  readonly timeZone?: string | undefined
  readonly units: 'metric' | 'imperial'
}

/** `14:03:22`, or `2:03:22 PM`. */
export function timeOfDay(atMs: number, { locale, timeZone }: Manner): string {
  return timeFormat(locale, { timeStyle: 'medium', timeZone }).format(atMs)
}

/** `14:03`. */
export function shortTime(atMs: number, { locale, timeZone }: Manner): string {
  return timeFormat(locale, { timeStyle: 'short', timeZone }).format(atMs)
}

/** `21 Nov`. */
export function shortDate(atMs: number, { locale, timeZone }: Manner): string {
  return timeFormat(locale, { day: 'numeric', month: 'short', timeZone }).format(atMs)
}

/** `21 Nov 2026, 14:03`. */
export function dateAndTime(atMs: number, { locale, timeZone }: Manner): string {
  return timeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(atMs)
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()
const numberFormats = new Map<string, Intl.NumberFormat>()

function timeFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return made(timeFormats, [locale, options], () => new Intl.DateTimeFormat(locale, options))
}

function numberFormat(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return made(numberFormats, [locale, options], () => new Intl.NumberFormat(locale, options))
}

/** Made once: making one takes longer than formatting a thousand times, and lists have many times and numbers. */
function made<Format>(formats: Map<string, Format>, of: readonly unknown[], make: () => Format): Format {
  const key = JSON.stringify(of)
  const format = formats.get(key) ?? make()
  formats.set(key, format)
  return format
}

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000]
] as const

/** `5 minutes ago`; `now` within the last minute. */
export function ago(atMs: number, nowMs: number, { locale }: Manner): string {
  const sinceMs = atMs - nowMs
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const step = steps.find(([, stepMs]) => Math.abs(sinceMs) >= stepMs)
  return step ? relative.format(Math.trunc(sinceMs / step[1]), step[0]) : relative.format(0, 'second')
}

/** How long something lasted: `4 s`, `2 min 5 s`, `1 h 3 min`. No line ends within it. */
export function lasting(durationMs: number): string {
  return inUnits(durationMs).replaceAll(' ', '\u00a0')
}

function inUnits(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `12,345`; with `digits` behind the point. */
export function number(value: number, { locale }: Manner, digits = 0): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value)
}

/** `37 %`, of 0 … 1. */
export function share(value: number, { locale }: Manner): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(value)
}

/** `12.3 m`, `1.2 km`; `40.4 ft`, `0.8 mi`. */
export function distance(metres: number, manner: Manner): string {
  const [unit, value] =
    manner.units === 'metric'
      ? metres < 1000
        ? (['meter', metres] as const)
        : (['kilometer', metres / 1000] as const)
      : metres < 1609.344
        ? (['foot', metres / 0.3048] as const)
        : (['mile', metres / 1609.344] as const)
  return withUnit(value, unit, manner)
}

/** `5.4 km/h`; `3.4 mph`. */
export function speed(metresPerSecond: number, manner: Manner): string {
  return manner.units === 'metric'
    ? withUnit(metresPerSecond * 3.6, 'kilometer-per-hour', manner)
    : withUnit(metresPerSecond * 2.236936, 'mile-per-hour', manner)
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** `12.3 MB`, in steps of 1000. */
export function fileSize(bytes: number, manner: Manner): string {
  const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return withUnit(bytes / 1000 ** step, sizes[step]!, manner)
}

function withUnit(value: number, unit: string, { locale }: Manner): string {
  return numberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)
}
