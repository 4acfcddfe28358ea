import type { Vector } from '../camera.ts'
import { pitch, pitchLines } from '../pitch.ts'
import { SeededRandom } from '../random.ts'
import type { Colour } from '../scene.ts'
import { crowdTexture, grassTexture } from './stadium-textures.ts'
import type { Brush, Surroundings } from './surroundings.ts'

const halfLength = pitch.length / 2
const halfWidth = pitch.width / 2
/** Where things around the field stand, metres from its middle. */
const boardsY = halfWidth + 4.6
const boardsX = halfLength + 5.6
const standY = halfWidth + 6.4
const standX = halfLength + 8.4
const boardHeight = 0.9
const wallHeight = 1.5

/** A pitch in a stadium by daylight. */
export function stadium(): Surroundings {
  const grass = grassTexture()
  const crowd = crowdTexture()
  const lines = pitchLines().map(line => line.flatMap((point, index) => subdivided(line[index - 1], point)))
  return {
    planes: [
      {
        origin: [0, standY, wallHeight],
        alongA: [1, 0, 0],
        alongB: [0, 0.84, 0.54],
        aRange: [-90, 90],
        bRange: [0, 40],
        texture: crowd
      },
      {
        origin: [standX, 0, wallHeight],
        alongA: [0, 1, 0],
        alongB: [0.84, 0, 0.54],
        aRange: [-70, standY],
        bRange: [0, 40],
        texture: crowd
      },
      {
        origin: [-standX, 0, wallHeight],
        alongA: [0, 1, 0],
        alongB: [-0.84, 0, 0.54],
        aRange: [-70, standY],
        bRange: [0, 40],
        texture: crowd
      },
      {
        origin: [-halfLength, 0, 0],
        alongA: [1, 0, 0],
        alongB: [0, 1, 0],
        aRange: [-9, pitch.length + 9],
        bRange: [-64, standY],
        texture: grass
      }
    ],
    sky: [
      [110, 166, 216],
      [211, 228, 238]
    ],
    furnish(brush) {
      runOff(brush)
      walls(brush)
      boards(brush)
      for (const line of lines) paintLine(brush, line)
      for (const side of [-1, 1] as const) goal(brush, side)
      for (const x of [-halfLength, halfLength]) for (const y of [-halfWidth, halfWidth]) cornerFlag(brush, x, y)
    }
  }
}

/** Long lines in pieces, so that the part behind the camera can be left out. */
function subdivided(
  from: readonly [number, number] | undefined,
  to: readonly [number, number]
): (readonly [number, number])[] {
  if (!from) return [to]
  const pieces = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 4))
  return Array.from({ length: pieces }, (_, index) => {
    const share = (index + 1) / pieces
    return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share] as const
  })
}

function paintLine(brush: Brush, line: readonly (readonly [number, number])[]): void {
  const half = pitch.lineWidth / 2
  const white = '#eef3e8'
  const [first] = line
  if (line.length === 1 && first) {
    const [x, y] = first
    const round = Array.from({ length: 12 }, (_, index): Vector => {
      const angle = (index / 12) * 2 * Math.PI
      return [x + 0.15 * Math.cos(angle), y + 0.15 * Math.sin(angle), 0]
    })
    brush.polygon(round, white)
    return
  }
  for (let index = 1; index < line.length; index++) {
    const [x1, y1] = line[index - 1]!
    const [x2, y2] = line[index]!
    const length = Math.hypot(x2 - x1, y2 - y1)
    if (length < 1e-9) continue
    const ax = ((x2 - x1) / length) * half
    const ay = ((y2 - y1) / length) * half
    // Pieces overlap by their own width, so that no seam shows and corners are filled.
    brush.polygon(
      [
        [x1 - ax - ay, y1 - ay + ax, 0],
        [x2 + ax - ay, y2 + ay + ax, 0],
        [x2 + ax + ay, y2 + ay - ax, 0],
        [x1 - ax + ay, y1 - ay - ax, 0]
      ],
      white
    )
  }
}

/** The ground outside the field is worn and unlined. */
function runOff(brush: Brush): void {
  const dark = 'rgba(20, 46, 16, 0.22)'
  const edge = 1.2
  for (let x = -boardsX - 3; x < boardsX + 3; x += 4) {
    brush.polygon(
      [
        [x, halfWidth + edge, 0],
        [x + 4, halfWidth + edge, 0],
        [x + 4, standY, 0],
        [x, standY, 0]
      ],
      dark
    )
    brush.polygon(
      [
        [x, -halfWidth - edge, 0],
        [x + 4, -halfWidth - edge, 0],
        [x + 4, -halfWidth - 20, 0],
        [x, -halfWidth - 20, 0]
      ],
      dark
    )
  }
}

function walls(brush: Brush): void {
  const concrete = '#7d8085'
  for (let x = -standX; x < standX; x += 6)
    brush.polygon(
      [
        [x, standY, 0],
        [Math.min(x + 6.05, standX), standY, 0],
        [Math.min(x + 6.05, standX), standY, wallHeight],
        [x, standY, wallHeight]
      ],
      concrete
    )
  for (const x of [-standX, standX]) {
    for (let y = -48; y < standY; y += 4)
      brush.polygon(
        [
          [x, y, 0],
          [x, y + 4.05, 0],
          [x, y + 4.05, wallHeight],
          [x, y, wallHeight]
        ],
        concrete
      )
  }
}

const boardColours: readonly (readonly [Colour, Colour])[] = [
  [
    [16, 58, 140],
    [255, 255, 255]
  ],
  [
    [222, 36, 52],
    [255, 255, 255]
  ],
  [
    [250, 250, 250],
    [12, 100, 66]
  ],
  [
    [18, 20, 24],
    [248, 196, 40]
  ],
  [
    [10, 128, 108],
    [236, 250, 244]
  ],
  [
    [248, 176, 24],
    [30, 30, 34]
  ]
]

/** Advertising boards along the far touchline and behind both goals: six made-up marks, no letters. */
function boards(brush: Brush): void {
  const random = new SeededRandom(11)
  const panel = 5
  for (let x = -boardsX; x < boardsX - 0.1; x += panel) {
    board(brush, random, along => [x + along, boardsY], Math.min(panel, boardsX - x))
  }
  for (const x of [-boardsX, boardsX]) {
    for (let y = -boardsY + 4; y < boardsY - 0.1; y += panel)
      board(brush, random, along => [x, y + along], Math.min(panel, boardsY - y))
  }
}

function board(
  brush: Brush,
  random: SeededRandom,
  place: (along: number) => readonly [number, number],
  length: number
): void {
  const at = (along: number, up: number): Vector => [...place(along), up]
  const [back, front] = random.pick(boardColours)
  const fill = (corners: readonly (readonly [number, number])[], colour: Colour, alpha = 1) =>
    brush.polygon(
      corners.map(([along, up]) => at(along, up)),
      `rgba(${colour.join(', ')}, ${alpha})`
    )
  fill(
    [
      [0, 0],
      [length, 0],
      [length, boardHeight],
      [0, boardHeight]
    ],
    back
  )
  const middle = length * 0.3
  const mark = Math.floor(random.unit() * 3)
  if (mark === 0) {
    fill(
      Array.from(
        { length: 12 },
        (_, index) => [middle + 0.3 * Math.cos(index / 1.91), 0.46 + 0.3 * Math.sin(index / 1.91)] as const
      ),
      front
    )
  } else if (mark === 1) {
    for (const shift of [0, 0.42])
      fill(
        [
          [middle - 0.3 + shift, 0.15],
          [middle + shift, 0.15],
          [middle + 0.3 + shift, 0.78],
          [middle + shift, 0.78]
        ],
        front
      )
  } else {
    fill(
      [
        [middle - 0.4, 0.16],
        [middle + 0.4, 0.16],
        [middle, 0.8]
      ],
      front
    )
  }
  for (let along = length * 0.48; along < length * 0.86; along += 0.42) {
    const tall = random.between(0.3, 0.5)
    fill(
      [
        [along, 0.22],
        [along + 0.28, 0.22],
        [along + 0.28, 0.22 + tall],
        [along, 0.22 + tall]
      ],
      front,
      0.92
    )
  }
  fill(
    [
      [0, boardHeight - 0.05],
      [length, boardHeight - 0.05],
      [length, boardHeight],
      [0, boardHeight]
    ],
    [255, 255, 255],
    0.35
  )
}

function goal(brush: Brush, side: 1 | -1): void {
  const { goalWidth, goalHeight, goalDepth, postRadius } = pitch
  const x = side * halfLength
  const back = x + side * goalDepth
  const half = goalWidth / 2
  const thread = 'rgba(240, 244, 248, 0.42)'
  const spacing = 0.3
  for (let y = -half; y <= half + 1e-6; y += spacing) {
    brush.bar([x + side * 0.6, y, goalHeight], [back, y, 0], 0.012, thread)
    brush.bar([x, y, goalHeight], [x + side * 0.6, y, goalHeight], 0.012, thread)
  }
  for (let up = 0; up <= goalHeight; up += spacing) {
    const netX = back - side * (up / goalHeight) * (goalDepth - 0.6)
    brush.bar([netX, -half, up], [netX, half, up], 0.012, thread)
    for (const y of [-half, half]) brush.bar([x, y, up], [netX, y, up], 0.012, thread)
  }
  for (const y of [-half, half]) brush.bar([x, y, 0], [x, y, goalHeight], postRadius, '#f6f8f8')
  brush.bar([x, -half, goalHeight], [x, half, goalHeight], postRadius, '#f6f8f8')
}

function cornerFlag(brush: Brush, x: number, y: number): void {
  brush.bar([x, y, 0], [x, y, 1.5], 0.025, '#f0e9c0')
  brush.polygon(
    [
      [x, y, 1.5],
      [x, y, 1.15],
      [x + 0.42, y, 1.32]
    ],
    '#e8402c'
  )
}
