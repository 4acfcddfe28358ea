import { pitch } from '../pitch.ts'
import { boards, boardsX } from './boards.ts'
import { cornerFlag, goal, pitchPainter } from './pitch-furniture.ts'
import { crowdTexture, grassTexture } from './stadium-textures.ts'
import type { Brush, Surroundings } from './surroundings.ts'

const halfLength = pitch.length / 2
const halfWidth = pitch.width / 2
/** Where things around the field stand, metres from its middle. */
const standY = halfWidth + 6.4
const standX = halfLength + 8.4
const wallHeight = 1.5

/** A pitch in a stadium by daylight. */
export function stadium(): Surroundings {
  const grass = grassTexture()
  const crowd = crowdTexture()
  const paintLines = pitchPainter()
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
      paintLines(brush)
      for (const side of [-1, 1] as const) goal(brush, side)
      for (const x of [-halfLength, halfLength]) for (const y of [-halfWidth, halfWidth]) cornerFlag(brush, x, y)
    }
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
