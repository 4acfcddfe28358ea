import { calledOf, type Shape, type Spot } from '../../../drawing/shape.ts'
import { streamNameOf } from '../../../streams/stream-name.ts'

type Drawn = readonly Spot[] | { readonly points: readonly Spot[] }

/** What is drawn on a stream, as its settings have it. */
export interface DrawnSettings {
  readonly lines?: Readonly<Record<string, Drawn>>
  readonly zones?: Readonly<Record<string, Drawn>>
  /** What stands in them is not looked at. */
  readonly masks?: readonly (readonly Spot[])[]
  readonly calibration?: { readonly points: readonly { readonly image: Spot; readonly world: Spot }[] }
}

/** What is to be otherwise, as the API takes it: null for what there is nothing of any more. */
export type DrawnChange = { readonly [Section in keyof DrawnSettings]: DrawnSettings[Section] | null }

/** As they are drawn; what else is known of a line or a zone is kept in its facts. */
export function shapesOf({ lines = {}, zones = {}, masks = [], calibration }: DrawnSettings): readonly Shape[] {
  const named = (kind: 'line' | 'zone', section: Readonly<Record<string, Drawn>>) =>
    Object.entries(section).map(([name, drawn]): Shape => {
      const { points, ...facts } = 'points' in drawn ? drawn : { points: drawn }
      return { id: `${kind}/${name}`, kind, name, points, facts }
    })
  return [
    ...named('line', lines),
    ...named('zone', zones),
    ...masks.map(
      (points, index): Shape => ({ id: `mask/${index}`, kind: 'mask', name: `mask-${index + 1}`, points, facts: {} })
    ),
    ...(calibration?.points ?? []).map(
      ({ image, world }, index): Shape => ({
        ...{ id: `spot/${index}`, kind: 'spot', name: `point-${index + 1}` },
        points: [image],
        facts: { world }
      })
    )
  ]
}

/** Where a place on the ground is, in metres; undefined while nobody has said. */
export function worldOf({ facts }: Shape): Spot | undefined {
  const { world } = facts
  return Array.isArray(world) && world.length === 2 && world.every(Number.isFinite)
    ? (world as unknown as Spot)
    : undefined
}

/** Letters that a title may have; the contract says so. */
export const longestTitle = 100

/** What people call it is another; what programs call it too, where `taken` names are told. Nothing said is its name. */
export function called(shape: Shape, text: string, taken?: readonly string[]): Shape {
  const { title: _, ...facts } = shape.facts
  const plain = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const title = [...plain].slice(0, longestTitle).join('').trim()
  const name = taken && title !== '' ? streamNameOf(title, taken, shape.name) : shape.name
  return { ...shape, name, facts: title === '' || title === name ? facts : { ...facts, title } }
}

/** The sections that are others than they were. */
export function changeOf(before: readonly Shape[], now: readonly Shape[]): DrawnChange {
  const [was, is] = [sectionsOf(before), sectionsOf(now)]
  const sections = Object.keys(is) as (keyof DrawnSettings)[]
  return Object.fromEntries(
    sections.filter(key => JSON.stringify(was[key]) !== JSON.stringify(is[key])).map(key => [key, is[key]])
  )
}

/** What puts back what a change does away with. */
export function inverseOf(change: DrawnChange, before: readonly Shape[]): DrawnChange {
  const was = sectionsOf(before)
  return Object.fromEntries((Object.keys(change) as (keyof DrawnSettings)[]).map(key => [key, was[key]]))
}

function sectionsOf(shapes: readonly Shape[]): Required<DrawnChange> {
  const of = (kind: Shape['kind']) => shapes.filter(shape => shape.kind === kind)
  const named = (kind: 'line' | 'zone') => {
    const drawn = of(kind).map(({ name, points, facts }) => {
      const isBare = Object.keys(facts).length === 0
      return [name, isBare ? points : { points, ...facts }] as const
    })
    return drawn.length === 0 ? null : Object.fromEntries(drawn)
  }
  const masks = of('mask').map(({ points }) => points)
  const places = of('spot').map(shape => ({ image: shape.points[0]!, world: worldOf(shape) ?? ([0, 0] as const) }))
  return {
    lines: named('line'),
    zones: named('zone'),
    masks: masks.length === 0 ? null : masks,
    calibration: places.length === 0 ? null : { points: places }
  }
}

/** Why it cannot be saved yet: the shape that it is about, where it is about one. */
export type DrawingFault =
  | { readonly why: 'few-places'; readonly count: number }
  | { readonly why: 'no-place'; readonly shape: Shape }

/** The ground is known by four places or more, all of them said. */
export const leastPlaces = 4

export function faultOf(shapes: readonly Shape[]): DrawingFault | undefined {
  const places = shapes.filter(({ kind }) => kind === 'spot')
  const unsaid = places.find(shape => !worldOf(shape))
  if (unsaid) return { why: 'no-place', shape: unsaid }
  return places.length > 0 && places.length < leastPlaces ? { why: 'few-places', count: places.length } : undefined
}

/** What was done, by name. */
export interface DrawingNews {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

export function newsOf(before: readonly Shape[], now: readonly Shape[]): DrawingNews {
  const was = new Map(before.map(shape => [shape.id, shape]))
  const is = new Set(now.map(({ id }) => id))
  const names = (shapes: readonly Shape[]) => shapes.map(calledOf)
  return {
    added: names(now.filter(({ id }) => !was.has(id))),
    changed: names(
      now.filter(shape => was.has(shape.id) && JSON.stringify(was.get(shape.id)) !== JSON.stringify(shape))
    ),
    removed: names(before.filter(({ id }) => !is.has(id)))
  }
}
