import type { MeasureTitles } from '../contract/measure-titles.ts'
import { type CountBucket, measureKindOf } from '../measures/count-series.ts'
import type { TrackMovement } from '../measures/movement.ts'
import type { PathCluster } from '../measures/path-clusters.ts'
import { csvField } from './tracks-csv.ts'

/** First line of `movement.csv`. */
export const movementHeader = 'track_id,label,duration_s,distance,mean_speed,peak_speed,unit\r\n'

/** One track's way; speeds are in the unit a second. */
export function movementRow(way: TrackMovement): string {
  const { trackId, label, durationMs, distance, meanSpeed, peakSpeed, unit } = way
  const numbers = [distance, meanSpeed, peakSpeed].map(value => value.toFixed(3))
  return `${trackId},${csvField(label)},${(durationMs / 1000).toFixed(3)},${numbers.join()},${unit}\r\n`
}

/** First line of `counts.csv`. */
export const countsHeader = 'start,kind,name,direction,label,count,title\r\n'

/**
 * `start` is RFC 3339 in UTC where the wall time is known, else seconds of the recording. `titles`: what people call the measures that
 * `name` names.
 */
export function countsRow(
  { startMs, kind, name, direction, label, count }: CountBucket,
  isWallTime: boolean,
  titles: MeasureTitles = {}
): string {
  const title = titles[`${measureKindOf(kind)}.${name}`] ?? ''
  const start = isWallTime ? new Date(startMs).toISOString() : (startMs / 1000).toFixed(3)
  return `${start},${kind},${name},${direction},${csvField(label)},${count},${csvField(title)}\r\n`
}

/** `paths.json`: how many went each way, and the way's middle as `[x, y]`, normalised; the busiest first. */
export function pathsText(clusters: readonly PathCluster[]): string {
  const paths = clusters.map(({ count, middle }) => {
    const points = Array.from({ length: middle.length / 2 }, (_, at) => [
      four(middle[at * 2]!),
      four(middle[at * 2 + 1]!)
    ])
    return { count, points }
  })
  return `${JSON.stringify({ version: 1, paths })}\n`
}

function four(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
