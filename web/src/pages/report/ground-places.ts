import type { Shape, Spot } from '../../drawing/shape.ts'

/** Lengths of a rectangle's sides in metres, as far as they are said: from the first corner to the second, and on to the third. */
export interface Sides {
  readonly first: number | undefined
  readonly second: number | undefined
}

/**
 * Marked places with where they are on the ground: as was said of each by itself; the others are corners of the rectangle, in the
 * order of their names, around it.
 */
export function placed(shapes: readonly Shape[], sides: Sides): readonly Shape[] {
  const corners = cornersOf(sides)
  const around = shapes.toSorted((one, other) => numberOf(one) - numberOf(other))
  return shapes.map(shape => {
    const world = isSaid(shape.facts.world) ? shape.facts.world : corners[around.indexOf(shape)]
    return { ...shape, facts: world === undefined ? {} : { world } }
  })
}

/** The rectangle that places were said by; undefined where they were said one by one. */
export function sidesOf(worlds: readonly Spot[]): Sides | undefined {
  const sides = { first: worlds[1]?.[0], second: worlds[2]?.[1] }
  const corners = cornersOf(sides)
  const isSame = corners.length > 0 && JSON.stringify(corners) === JSON.stringify(worlds)
  return isSame ? sides : undefined
}

/** `40,3` is a number in much of the world. */
export function lengthOf(text: string): number | undefined {
  const metres = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && metres > 0 && Number.isFinite(metres) ? metres : undefined
}

function cornersOf({ first, second }: Sides): readonly Spot[] {
  if (first === undefined || second === undefined) return []
  return [
    [0, 0],
    [first, 0],
    [first, second],
    [0, second]
  ]
}

/** Half of a place is said as well: who says the other half goes on with it. */
function isSaid(world: unknown): boolean {
  return Array.isArray(world) && world.some(Number.isFinite)
}

function numberOf({ name }: Shape): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0)
}
