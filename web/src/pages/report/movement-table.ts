/** How a track went, as `movement.csv` has it. */
export interface Movement {
  readonly trackId: number
  readonly label: string
  readonly durationMs: number
  /** In metres, and metres a second. */
  readonly distance: number
  readonly meanSpeed: number
  readonly peakSpeed: number
}

const columns = ['track_id', 'label', 'duration_s', 'distance', 'mean_speed', 'peak_speed', 'unit'] as const

/** The tracks of `movement.csv`, those that went farthest first; none where nothing tells how far a metre is. */
export function movementOf(text: string): readonly Movement[] {
  const [head, ...rows] = text.trimEnd().split('\r\n')
  if (head !== columns.join()) return []
  return rows
    .flatMap(row => {
      const [trackId, label = '', seconds, distance, meanSpeed, peakSpeed, unit] = fieldsOf(row)
      if (unit !== 'metres') return []
      const numbers = { trackId, durationMs: Number(seconds) * 1000, distance, meanSpeed, peakSpeed }
      return [{ ...numbersOf(numbers), label }]
    })
    .sort((one, other) => other.distance - one.distance)
}

function numbersOf<Key extends string>(texts: Readonly<Record<Key, string | number | undefined>>): Record<Key, number> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Number(text)])) as Record<Key, number>
}

/** RFC 4180; no field of ours has a line's end in it but a class's name, which is refused with one. */
function fieldsOf(row: string): readonly string[] {
  return [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''
  )
}
