import type { Point } from '../contract/geometry.ts'
import { SightlineError } from '../core/errors.ts'

const namePattern = /^[a-z0-9][a-z0-9_-]{0,62}$/

/** Parses `NAME=x,y;x,y` of --line (at least 2 points) and --zone (at least 3). Throws SL_OPTION_INVALID. */
function parseRegion(option: '--line' | '--zone', text: string): readonly [string, Point[]] {
  const [, name = '', points] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  if (points === undefined) throw invalid(`${option} ${text} has no name: write ${option} NAME=x,y;x,y.`)
  if (!namePattern.test(name)) {
    throw invalid(
      `${option} ${text}: the name may have lower-case letters, digits, _ and -, at most 63, and begins with a letter or digit.`
    )
  }
  return [name, parsePoints(`${option} ${text}`, points, option === '--line' ? 2 : 3)]
}

/** Gathers an option that may be repeated. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** Parses all that was given of one option, by name. Throws SL_OPTION_INVALID or, for two of a name, SL_OPTION_CONFLICT. */
export function parseRegions(
  option: '--line' | '--zone',
  texts: readonly string[] | undefined
): Record<string, Point[]> | undefined {
  if (!texts) return undefined
  const named = new Map<string, Point[]>()
  for (const text of texts) {
    const [name, points] = parseRegion(option, text)
    if (named.has(name)) {
      throw new SightlineError(
        'SL_OPTION_CONFLICT',
        `Two of the ${option} options are called ${name}: give each a name of its own.`
      )
    }
    named.set(name, points)
  }
  return Object.fromEntries(named)
}

/** The part of a recording that `--from` and `--to` name, in milliseconds. Throws SL_OPTION_INVALID or SL_OPTION_CONFLICT. */
export function parseSpan({ from, to }: { readonly from?: string; readonly to?: string }): {
  readonly fromMs: number | undefined
  readonly toMs: number | undefined
} {
  const fromMs = from === undefined ? undefined : parseTime('--from', from)
  const toMs = to === undefined ? undefined : parseTime('--to', to)
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new SightlineError(
      'SL_OPTION_CONFLICT',
      `--from ${from} is not before --to ${to}: nothing would be analysed.`
    )
  }
  return { fromMs, toMs }
}

/** Parses `x,y;x,y;…`, normalised to the frame; `place` is how messages name it. */
export function parsePoints(place: string, text: string, fewest: number): Point[] {
  const points = text.split(';').map((part): Point => {
    const [x, y, rest] = part.split(',').map(number => (number.trim() === '' ? Number.NaN : Number(number)))
    if (x === undefined || y === undefined || rest !== undefined || Number.isNaN(x) || Number.isNaN(y)) {
      throw invalid(`${place}: “${part}” is not a point x,y.`)
    }
    if (x < 0 || x > 1 || y < 0 || y > 1) {
      throw invalid(
        `${place}: ${part} lies outside the frame. Points are shares of its width and height, from 0,0 at the top left to 1,1.`
      )
    }
    return [x, y]
  })
  if (points.length < fewest) throw invalid(`${place} has ${points.length} points; it needs at least ${fewest}.`)
  if (fewest === 2 && points.every(([x, y]) => x === points[0]![0] && y === points[0]![1]))
    throw invalid(`${place} has no length.`)
  if (fewest === 3 && area(points) === 0) throw invalid(`${place} has no area: its points lie on one line.`)
  return points
}

/** Of a polygon, by the shoelace formula; opposite loops of one that crosses itself cancel out. */
function area(points: readonly Point[]): number {
  const next = (index: number) => points[(index + 1) % points.length]!
  return Math.abs(points.reduce((sum, [x, y], index) => sum + x * next(index)[1] - next(index)[0] * y, 0)) / 2
}

/** Parses a time: seconds (`12.5`) or `[hh:]mm:ss[.fff]`. Milliseconds. */
function parseTime(option: string, text: string): number {
  const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)$/.exec(text.trim())
  if (!match) throw invalid(`${option} ${text} is not a time: write seconds (12.5) or hh:mm:ss.`)
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
}

/** Parses a number between `low` and `high`. */
export function parseNumber(option: string, text: string, low: number, high: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= low && value <= high)) throw invalid(`${option} ${text}: write a number between ${low} and ${high}.`)
  return value
}

function invalid(message: string): SightlineError {
  return new SightlineError('SL_OPTION_INVALID', message)
}
