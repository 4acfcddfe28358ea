import type { Vector } from './camera.ts'
import type { Colour, Person } from './scene.ts'

/** A limb: a cone with round ends from `from` to `to`, radii in metres. */
export interface BodyPart {
  readonly from: Vector
  readonly to: Vector
  readonly fromRadius: number
  readonly toRadius: number
  readonly colour: Colour
}

/**
 * The body of a walking or running person as shaded limbs. Proportions are those of Drillis and Contini (1966):
 * thigh 0.245, shank 0.246, ankle 0.039 of the height. The lowest foot touches the ground except in a fast
 * run's flight.
 */
export function bodyParts(person: Person): BodyPart[] {
  const { heightM: h, speedMps, stride, outfit } = person
  const forward = [Math.cos(person.heading), Math.sin(person.heading)] as const
  const effort = Math.min(1, speedMps / 6.5)
  const moving = Math.min(1, speedMps / 0.7)
  const swing = moving * (0.34 + 0.5 * effort)
  const lean = 0.02 + 0.16 * effort
  const legs = [stride, stride + Math.PI].map(phase => leg(phase, swing, moving * (0.55 + 1.15 * effort), h))
  const hipZ = Math.max(...legs.map(({ drop }) => drop)) + 0.05 * effort * Math.abs(Math.sin(stride))
  const shoulderZ = hipZ + 0.285 * h * Math.cos(lean)
  const shoulderAhead = 0.285 * h * Math.sin(lean)

  const arms = [1, -1].map(side => {
    const swung = -side * swing * 0.8 * Math.sin(stride) + lean
    const bent = swung + 0.25 + 1.05 * effort
    const elbow = [shoulderAhead + Math.sin(swung) * 0.172 * h, shoulderZ - Math.cos(swung) * 0.172 * h] as const
    const hand = [elbow[0] + Math.sin(bent) * 0.165 * h, elbow[1] - Math.cos(bent) * 0.165 * h] as const
    return { side, elbow, hand }
  })
  /** From the body's own axes (ahead, to the left, up), its hip above the ground point, to the world. */
  const at = (ahead: number, left: number, up: number): Vector => [
    person.x + forward[0] * ahead - forward[1] * left,
    person.y + forward[1] * ahead + forward[0] * left,
    up
  ]
  const limb = (from: Vector, to: Vector, fromRadius: number, toRadius: number, colour: Colour): BodyPart => ({
    from,
    to,
    fromRadius: fromRadius * h,
    toRadius: toRadius * h,
    colour
  })

  const parts: BodyPart[] = []
  for (const [index, { knee, ankle, toe }] of legs.entries()) {
    const left = (index === 0 ? 1 : -1) * 0.052 * h
    const hip = at(0, left, hipZ)
    const kneeAt = at(knee[0], left * 1.05, hipZ + knee[1])
    const ankleAt = at(ankle[0], left * 0.95, hipZ + ankle[1])
    const toeAt = at(toe[0], left * 1.15, hipZ + toe[1])
    parts.push(limb(ankleAt, toeAt, 0.026, 0.02, outfit.shoes))
    parts.push(limb(kneeAt, ankleAt, 0.035, 0.024, outfit.short ? outfit.socks : outfit.trousers))
    if (outfit.short) {
      parts.push(limb(mixed(hip, kneeAt, 0.6), kneeAt, 0.044, 0.034, outfit.skin))
      parts.push(limb(hip, mixed(hip, kneeAt, 0.66), 0.058, 0.054, outfit.trousers))
    } else {
      parts.push(limb(hip, kneeAt, 0.056, 0.042, outfit.trousers))
    }
  }
  for (const { side, elbow, hand } of arms) {
    const shoulder = at(shoulderAhead, side * 0.108 * h, shoulderZ - 0.012 * h)
    const elbowAt = at(elbow[0], side * 0.13 * h, elbow[1])
    const handAt = at(hand[0], side * 0.105 * h, hand[1])
    parts.push(limb(elbowAt, handAt, 0.026, 0.021, outfit.short ? outfit.skin : outfit.sleeves))
    parts.push(limb(handAt, handAt, 0.026, 0.026, outfit.skin))
    parts.push(limb(shoulder, elbowAt, 0.036, outfit.short ? 0.034 : 0.03, outfit.sleeves))
    const chest = at(shoulderAhead * 0.94, side * 0.052 * h, shoulderZ - 0.05 * h)
    parts.push(limb(at(0, side * 0.036 * h, hipZ + 0.03 * h), chest, 0.063, 0.073, outfit.shirt))
  }
  // The chest between its two sides, a little fuller, so that no seam shows where they meet.
  const sternum = at(shoulderAhead * 0.94, 0, shoulderZ - 0.052 * h)
  parts.push(limb(at(0, 0, hipZ + 0.03 * h), sternum, 0.068, 0.079, outfit.shirt))
  parts.push(limb(at(0, 0.03 * h, hipZ), at(0, -0.03 * h, hipZ), 0.062, 0.062, outfit.trousers))
  const headAhead = shoulderAhead * 1.25
  const headZ = shoulderZ + 0.103 * h
  parts.push(limb(at(shoulderAhead, 0, shoulderZ), at(headAhead, 0, headZ - 0.03 * h), 0.034, 0.034, outfit.skin))
  parts.push(
    limb(
      at(headAhead + 0.012 * h, 0, headZ - 0.02 * h),
      at(headAhead + 0.008 * h, 0, headZ + 0.005 * h),
      0.049,
      0.055,
      outfit.skin
    )
  )
  parts.push(
    limb(
      at(headAhead - 0.014 * h, 0, headZ + 0.012 * h),
      at(headAhead + 0.008 * h, 0, headZ + 0.024 * h),
      0.055,
      0.05,
      outfit.hair
    )
  )
  return centred(parts, person.x, person.y)
}

/** Directions from which a silhouette's middle is looked at. */
const views = Array.from(
  { length: 8 },
  (_, index) => [Math.cos((index * Math.PI) / 8), Math.sin((index * Math.PI) / 8)] as const
)

/**
 * Moves a body so that the ground point is below the middle of its silhouette, seen from all around, and not below
 * the hip: then the bottom centre of a box around it shows the ground point.
 */
function centred(parts: readonly BodyPart[], x: number, y: number): BodyPart[] {
  let shiftX = 0
  let shiftY = 0
  for (const [alongX, alongY] of views) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const { from, to, fromRadius, toRadius } of parts) {
      const a = (from[0] - x) * alongX + (from[1] - y) * alongY
      const b = (to[0] - x) * alongX + (to[1] - y) * alongY
      low = Math.min(low, a - fromRadius, b - toRadius)
      high = Math.max(high, a + fromRadius, b + toRadius)
    }
    // The least-squares solution for a shift that every view agrees with.
    shiftX -= ((low + high) * alongX) / views.length
    shiftY -= ((low + high) * alongY) / views.length
  }
  const moved = ([px, py, pz]: Vector): Vector => [px + shiftX, py + shiftY, pz]
  return parts.map(part => ({ ...part, from: moved(part.from), to: moved(part.to) }))
}

/** Joints of one leg from the hip, `[ahead, up]`, and how high the hip stands when this foot is on the ground. */
function leg(phase: number, swing: number, bend: number, h: number) {
  const thigh = swing * Math.sin(phase) + swing * 0.12
  // The knee bends while the leg swings forward and is nearly straight under load.
  const shank = thigh - 0.06 - bend * Math.max(0, Math.cos(phase)) ** 2
  const pitchOfFoot = Math.PI / 2 + Math.min(0.25, shank * 0.75)
  const knee = [Math.sin(thigh) * 0.245 * h, -Math.cos(thigh) * 0.245 * h] as const
  const ankle = [knee[0] + Math.sin(shank) * 0.246 * h, knee[1] - Math.cos(shank) * 0.246 * h] as const
  const toe = [
    ankle[0] + Math.sin(pitchOfFoot) * 0.085 * h,
    ankle[1] - Math.cos(pitchOfFoot) * 0.085 * h - 0.006 * h
  ] as const
  return { knee, ankle, toe, drop: Math.max(-ankle[1] + 0.026 * h, -toe[1] + 0.02 * h) }
}

function mixed(a: Vector, b: Vector, share: number): Vector {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
}
