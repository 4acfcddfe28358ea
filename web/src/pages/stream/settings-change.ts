/** What can be set of a stream on its page, as the API has it. */
interface Known {
  readonly title?: string
  readonly classes?: readonly string[]
  readonly minScore?: number
  readonly maxFps?: number
  readonly tiles?: string
  readonly trackPictures?: boolean
}

/** As it was filled in: numbers as text, empty for as usual. */
export interface FilledIn {
  readonly title: string
  readonly classes: readonly string[] | undefined
  /** In hundredths. */
  readonly sure: string
  readonly maxFps: string
  /** Empty for none. */
  readonly tiles: string
  readonly pictures: boolean
}

type Change = { [Key in keyof Known]: (Key extends 'classes' ? string[] : Known[Key]) | null }

/** What is to be otherwise, null for what is to be as usual again; and what undoes that. */
export function settingsChange(known: Known, filledIn: FilledIn): { readonly change: Change; readonly back: Change } {
  const { title, classes, sure, maxFps, tiles, pictures } = filledIn
  // Pictures are kept unless it is said otherwise: who leaves that as it is has said nothing.
  const isKept = known.trackPictures ?? true
  const wished: Known = {
    ...(title.trim() !== '' && { title: title.trim() }),
    ...(classes && { classes }),
    ...(sure.trim() !== '' && { minScore: Number(sure) / 100 }),
    ...(maxFps.trim() !== '' && { maxFps: Number(maxFps) }),
    ...(tiles !== '' && { tiles }),
    ...(pictures === isKept
      ? known.trackPictures !== undefined && { trackPictures: isKept }
      : { trackPictures: pictures })
  }
  const keys = ['title', 'classes', 'minScore', 'maxFps', 'tiles', 'trackPictures'] as const
  const others = keys.filter(key => JSON.stringify(known[key]) !== JSON.stringify(wished[key]))
  const of = (settings: Known) => Object.fromEntries(others.map(key => [key, settings[key] ?? null])) as Change
  return { change: of(wished), back: of(known) }
}
