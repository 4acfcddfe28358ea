import type { Point } from '../contract/geometry.ts'

/** The frame in 8 by 4 cells, one for each bit of a number. What lies outside belongs to the cells at the edge. */
const columns = 8
const rows = 4
/** Pieces that each side of a polyline is cut into, so that its cells follow it closely. */
const pieces = 32

/** The cells that an upright rectangle touches, as bits; all of them where a number is none. */
export function cellsOf(left: number, top: number, right: number, bottom: number): number {
  const from = cellAt(left, columns)
  const to = cellAt(right, columns)
  const across = ((2 << (to - from)) - 1) << from
  const last = cellAt(bottom, rows)
  let cells = 0
  for (let row = cellAt(top, rows); row <= last; row++) cells |= across << (row * columns)
  // Whoever is nowhere is everywhere: nobody is passed over unseen.
  return left <= right && top <= bottom ? cells : -1
}

/** The cells that a polyline runs through. */
export function cellsAlong(points: readonly Point[]): number {
  let cells = 0
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1]!
    const [bx, by] = points[i]!
    for (let piece = 0; piece < pieces; piece++) {
      const [fromX, toX] = [ax + ((bx - ax) * piece) / pieces, ax + ((bx - ax) * (piece + 1)) / pieces]
      const [fromY, toY] = [ay + ((by - ay) * piece) / pieces, ay + ((by - ay) * (piece + 1)) / pieces]
      cells |= cellsOf(Math.min(fromX, toX), Math.min(fromY, toY), Math.max(fromX, toX), Math.max(fromY, toY))
    }
  }
  return cells
}

function cellAt(place: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(place * count))) | 0
}
