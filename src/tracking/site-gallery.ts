import { Assignment } from '../core/assignment.ts'
import { dot, normalise } from './packed-look.ts'
import { isPlausible, type Stay, type TravelTable } from './travel.ts'

/** A track as other streams may know it again. */
export interface SeenTrack extends Stay {
  /** What it is: only what is called the same can be the same. */
  readonly label: string
  /** What made `look`: vectors of two models have nothing to do with each other. */
  readonly model: string
  /** Of length 1. */
  readonly look: Float32Array
}

/** How somebody is known again in a stream. */
export interface SiteReidOptions {
  /** Cosine distance, 0…2, up to which two are the same. Raise it to know more again, at the risk of taking one for another. Default 0.2. */
  readonly maxDistance: number
  /** For how long after they were seen last somebody may be known again, in milliseconds. Default 1,800,000. */
  readonly keepMs: number
}

export interface SiteGalleryOptions {
  /** Of each stream. */
  readonly options: (stream: string) => SiteReidOptions
  readonly travel: TravelTable
  readonly newIdentity: () => string
  /** Identities that are remembered; those that were seen last the longest ago go first. Default 2,000. */
  readonly most?: number
}

/** As in docs/accuracy.md, “Across streams”. */
export const siteReidDefaults = { maxDistance: 0.2, keepMs: 1_800_000 } as const satisfies SiteReidOptions

/** Of one identity, the newest stays: those before are too long ago to be in anybody's way. */
const mostStays = 100
/** Ways in which one identity looks, at most. */
const mostKinds = 8

interface Entry {
  readonly label: string
  readonly model: string
  readonly stays: Stay[]
  /** What it looks like: a mean for each way, since whom people say to be one need not look alike, and between two ways is nobody. */
  readonly kinds: { readonly sum: Float32Array; mean: Float32Array }[]
}

/**
 * Who was seen in the streams of a site. A track becomes an identity whom it looks like and who can have come there in that time, or
 * a new one. Pure: the same tracks in the same order come to the same.
 */
export class SiteGallery {
  readonly #options: SiteGalleryOptions
  /** The one that was added to last at the end. */
  readonly #entries = new Map<string, Entry>()
  readonly #assignment = new Assignment()

  constructor(options: SiteGalleryOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  /** A track that is known to be of `identity`, whoever said so. */
  add(identity: string, track: SeenTrack): void {
    const known = this.#entries.get(identity)
    const fits = known?.model === track.model && known.kinds[0]?.sum.length === track.look.length
    // Of an identity that people merged over a change of the model, the newer one can be found.
    const entry = known && fits ? known : { label: track.label, model: track.model, stays: [], kinds: [] }
    entry.stays.push({ stream: track.stream, fromMs: track.fromMs, toMs: track.toMs })
    if (entry.stays.length > mostStays) entry.stays.shift()
    this.#take(entry, track)
    this.#entries.delete(identity)
    this.#entries.set(identity, entry)
    if (this.#entries.size > (this.#options.most ?? 2000)) this.#entries.delete(this.#entries.keys().next().value!)
  }

  /** The identity of each, in their order. Of those who were in one picture together, each is somebody else. */
  place(tracks: readonly SeenTrack[]): readonly string[] {
    const places = new Map<SeenTrack, string>()
    for (const company of companies(tracks)) {
      const found = this.#find(company)
      for (const [index, track] of company.entries()) {
        const identity = found[index] ?? this.#options.newIdentity()
        places.set(track, identity)
        this.add(identity, track)
      }
    }
    return tracks.map(track => places.get(track)!)
  }

  #take(entry: Entry, { stream, look }: SeenTrack): void {
    const { kind, distance } = nearest(entry, look)
    if (!kind || (distance > this.#options.options(stream).maxDistance && entry.kinds.length < mostKinds)) {
      entry.kinds.push({ sum: Float32Array.from(look), mean: look })
      return
    }
    for (let i = 0; i < look.length; i++) kind.sum[i]! += look[i]!
    const mean = Float32Array.from(kind.sum)
    if (normalise(mean)) kind.mean = mean
  }

  /** Pairs whose distances come to least in all; none is above what its stream allows. */
  #find(company: readonly SeenTrack[]): readonly (string | undefined)[] {
    const names = [...this.#entries.keys()]
    const entries = [...this.#entries.values()]
    const options = company.map(({ stream }) => this.#options.options(stream))
    this.#assignment.begin(entries.length, Math.max(...options.map(({ maxDistance }) => maxDistance)) + 1e-9)
    for (const [row, track] of company.entries()) {
      const { maxDistance, keepMs } = options[row]!
      for (const [column, entry] of entries.entries()) {
        const { label, model, kinds, stays } = entry
        if (label !== track.label || model !== track.model || kinds[0]?.sum.length !== track.look.length) continue
        const { distance } = nearest(entry, track.look)
        if (distance <= maxDistance && isPlausible(stays, track, this.#options.travel, keepMs))
          this.#assignment.edge(column, Math.max(0, distance))
      }
      this.#assignment.endRow()
    }
    this.#assignment.solve()
    return company.map((_, row) => names[this.#assignment.columnOfRow[row]!])
  }
}

/** Tracks of one stream that were all there at once, by when the first of them came. */
function companies(tracks: readonly SeenTrack[]): SeenTrack[][] {
  const latest = new Map<string, SeenTrack[]>()
  const all: SeenTrack[][] = []
  for (const track of [...tracks].sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs)) {
    const company = latest.get(track.stream)
    if (company?.every(({ toMs }) => track.fromMs < toMs)) company.push(track)
    else {
      const members = [track]
      all.push(members)
      latest.set(track.stream, members)
    }
  }
  return all
}

/** Of the ways in which somebody looks, the one that is the most like it. */
function nearest({ kinds }: Entry, look: Float32Array) {
  let [kind, distance] = [kinds[0], Number.POSITIVE_INFINITY]
  for (const each of kinds) {
    const own = 1 - dot(each.mean, look)
    if (own >= distance) continue
    kind = each
    distance = own
  }
  return { kind, distance }
}
