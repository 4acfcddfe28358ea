/**
 * The field of play in metres, its origin on the centre spot: FIFA's Laws of the Game, law 1, with the size that
 * international matches use.
 */
export const pitch = {
  length: 105,
  width: 68,
  lineWidth: 0.12,
  goalWidth: 7.32,
  goalHeight: 2.44,
  goalDepth: 2,
  postRadius: 0.06,
  circleRadius: 9.15,
  penaltyAreaDepth: 16.5,
  penaltyAreaWidth: 40.32,
  goalAreaDepth: 5.5,
  goalAreaWidth: 18.32,
  penaltySpot: 11,
  cornerRadius: 1
} as const

/** A painted line as its centre points; a spot is a single point. */
export type PitchLine = readonly (readonly [number, number])[]

/** Every marking of the field; arcs as chords shorter than 0.3 m. */
export function pitchLines(): PitchLine[] {
  const halfLength = pitch.length / 2
  const halfWidth = pitch.width / 2
  const lines: PitchLine[] = [
    rectangle(-halfLength, -halfWidth, halfLength, halfWidth),
    [
      [0, -halfWidth],
      [0, halfWidth]
    ],
    arc(0, 0, pitch.circleRadius, 0, 2 * Math.PI),
    [[0, 0]]
  ]
  // The penalty arc is the part of its circle outside the penalty area.
  const half = Math.acos((pitch.penaltyAreaDepth - pitch.penaltySpot) / pitch.circleRadius)
  for (const side of [-1, 1]) {
    const goalLine = side * halfLength
    const spot = goalLine - side * pitch.penaltySpot
    const inwards = side > 0 ? Math.PI : 0
    lines.push(
      area(goalLine, side, pitch.penaltyAreaDepth, pitch.penaltyAreaWidth),
      area(goalLine, side, pitch.goalAreaDepth, pitch.goalAreaWidth),
      arc(spot, 0, pitch.circleRadius, inwards - half, inwards + half),
      [[spot, 0]]
    )
    for (const end of [-1, 1]) {
      const start = Math.atan2(-end, -side)
      lines.push(arc(goalLine, end * halfWidth, pitch.cornerRadius, start - Math.PI / 4, start + Math.PI / 4))
    }
  }
  return lines
}

function rectangle(left: number, near: number, right: number, far: number): PitchLine {
  return [
    [left, near],
    [right, near],
    [right, far],
    [left, far],
    [left, near]
  ]
}

function area(goalLine: number, side: number, depth: number, width: number): PitchLine {
  const inner = goalLine - side * depth
  return [
    [goalLine, -width / 2],
    [inner, -width / 2],
    [inner, width / 2],
    [goalLine, width / 2]
  ]
}

function arc(x: number, y: number, radius: number, from: number, to: number): PitchLine {
  const chords = Math.ceil(((to - from) * radius) / 0.3)
  return Array.from({ length: chords + 1 }, (_, index) => {
    const angle = from + ((to - from) * index) / chords
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const
  })
}
