/** A place on a picture, as shares of its width and its height: `[0, 0]` is the top left, `[1, 1]` the bottom right. */
export type Spot = readonly [x: number, y: number]

/** `line`: with a side that counts as in. `zone`, `mask`: closed by themselves. `spot`: one place. */
export type ShapeKind = 'line' | 'zone' | 'mask' | 'spot'

/** Something drawn on a picture. */
export interface Shape {
  /** Stays the same while it is moved and renamed; unique within a drawing. */
  readonly id: string
  readonly kind: ShapeKind
  /** What programs call it. */
  readonly name: string
  readonly points: readonly Spot[]
  /** What else is known of it, such as its `title`. The drawing carries it along, and a copy has all but the title, too. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** What people call it, where they call it anything. */
export function calledOf({ name, facts }: Pick<Shape, 'name' | 'facts'>): string {
  return typeof facts.title === 'string' ? facts.title : name
}

interface ShapeRule {
  readonly least: number
  readonly most: number
  readonly isClosed: boolean
  /** New ones are called so, with a number. */
  readonly stem: string
}

/** How many points each kind has, as the server takes them. */
export const shapeRules: Readonly<Record<ShapeKind, ShapeRule>> = {
  line: { least: 2, most: 64, isClosed: false, stem: 'line' },
  zone: { least: 3, most: 64, isClosed: true, stem: 'zone' },
  mask: { least: 3, most: 64, isClosed: true, stem: 'mask' },
  spot: { least: 1, most: 1, isClosed: false, stem: 'point' }
}
