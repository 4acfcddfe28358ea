import type { Vector } from '../camera.ts'
import { pitch } from '../pitch.ts'
import { SeededRandom } from '../random.ts'
import type { Colour } from '../scene.ts'
import type { Brush } from './surroundings.ts'

/** Where the boards stand, metres from the middle of the field. */
export const boardsX = pitch.length / 2 + 5.6
const boardsY = pitch.width / 2 + 4.6
const boardHeight = 0.9

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
export function boards(brush: Brush): void {
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
