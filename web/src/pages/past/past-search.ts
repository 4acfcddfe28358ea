import type { Spot } from '../../drawing/shape.ts'

export const pastPeriods = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 30 * 86_400_000 } as const
export type PastPeriod = keyof typeof pastPeriods

/** What is asked of the past: as it stands in the address. */
export interface PastSearch {
  readonly stream?: string
  /** Corners as shares of the picture, in ten thousandths: `line:1000,5000;9000,5000`. */
  readonly shape?: string
  /** Counted back from now. */
  readonly last?: PastPeriod
  /** Epoch milliseconds, half-open; they go before `last`. */
  readonly fromMs?: number
  readonly toMs?: number
}

/** A line or a zone. */
export interface PastShape {
  readonly kind: 'line' | 'zone'
  readonly points: readonly Spot[]
}

const whole = 10_000
const mostPoints = 64
const least = { line: 2, zone: 3 } as const
const latestMs = 253_402_214_400_000

/** What an address says, without what is no question. */
export function pastSearch(raw: Readonly<Record<string, unknown>>): PastSearch {
  const { stream, shape, last, fromMs, toMs } = raw
  const isTime = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= latestMs
  const isSpan = isTime(fromMs) && isTime(toMs) && fromMs < toMs
  return {
    ...(typeof stream === 'string' && /^[a-z0-9][a-z0-9_-]{0,62}$/.test(stream) && { stream }),
    ...(typeof shape === 'string' && shapeOf(shape) !== undefined && { shape }),
    ...(isSpan && { fromMs, toMs }),
    ...(!isSpan && typeof last === 'string' && Object.hasOwn(pastPeriods, last) && { last: last as PastPeriod })
  }
}

/** A shape as it stands in the address. */
export function shapeText({ kind, points }: PastShape): string {
  return `${kind}:${points.map(point => point.map(share => Math.round(share * whole)).join()).join(';')}`
}

/** Undefined for what is none. */
export function shapeOf(text: string): PastShape | undefined {
  const [, kind, rest = ''] = /^(line|zone):([\d,;]{3,800})$/.exec(text) ?? []
  if (kind !== 'line' && kind !== 'zone') return undefined
  const points = rest.split(';').map(pair => pair.split(',').map(Number))
  const isRight = points.every(pair => pair.length === 2 && pair.every(share => share >= 0 && share <= whole))
  if (!isRight || points.length < least[kind] || points.length > mostPoints) return undefined
  return { kind, points: points.map(([x = 0, y = 0]) => [x / whole, y / whole] as const) }
}

/** The time that is asked about, as it is at `nowMs`. */
export function spanOf({ last = 'day', fromMs, toMs }: PastSearch, nowMs: number): { fromMs: number; toMs: number } {
  if (fromMs !== undefined && toMs !== undefined) return { fromMs, toMs }
  return { fromMs: nowMs - pastPeriods[last], toMs: nowMs }
}
