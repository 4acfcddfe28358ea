import { SightlineError } from '../../core/errors.ts'
import type { PictureArea } from '../../core/fit.ts'

/** How a frame is cut: so many columns and rows, or as many as suit its size and the model's. */
export type Tiling = 'auto' | Grid

export interface Grid {
  readonly columns: number
  readonly rows: number
}

interface Size {
  readonly width: number
  readonly height: number
}

const mostOnASide = 4
/**
 * Share of its width and height that a tile has in common with the next. Raise it for larger objects to be seen whole by one tile, at
 * the price of larger tiles.
 */
const overlap = 0.2
/** By how much `auto` lets a tile be scaled down for the model, at most. Raise it for fewer tiles, and larger smallest objects. */
const mostShrink = 1.5

/** @throws SightlineError SL_OPTION_INVALID. @param option for the message */
export function parseTiling(text: string, option: string): Tiling {
  if (text === 'auto') return text
  const [, columns, rows] = /^([1-4])x([1-4])$/.exec(text) ?? []
  if (columns === undefined)
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `${option} ${text}: write columns and rows such as 2x2, at most ${mostOnASide}x${mostOnASide}, or auto.`
    )
  return { columns: Number(columns), rows: Number(rows) }
}

/** The tiles of a frame, row by row, each reaching into its neighbours; nothing where one would be the whole frame. */
export function tilesOf(frame: Size, input: Size, tiling: Tiling): PictureArea[] {
  const grid = tiling === 'auto' ? gridFor(frame, input) : tiling
  if (grid.columns * grid.rows === 1) return []
  const columns = spans(frame.width, grid.columns)
  const rows = spans(frame.height, grid.rows)
  return rows.flatMap(([top, height]) => columns.map(([left, width]) => ({ left, top, width, height })))
}

function gridFor(frame: Size, input: Size): Grid {
  const count = (side: number, inputSide: number) => {
    const enough = [1, 2, 3].find(parts => tileSide(side, parts) <= inputSide * mostShrink)
    return enough ?? mostOnASide
  }
  return { columns: count(frame.width, input.width), rows: count(frame.height, input.height) }
}

/** Where `parts` tiles begin on a side, and how long they are: even numbers, as colour is kept for every second pixel. */
function spans(side: number, parts: number): [number, number][] {
  const length = Math.min(side, 2 * Math.ceil(tileSide(side, parts) / 2))
  return Array.from({ length: parts }, (_, part) => {
    const start = parts === 1 ? 0 : 2 * Math.floor((part * (side - length)) / (parts - 1) / 2)
    return [start, part === parts - 1 ? side - start : length]
  })
}

function tileSide(side: number, parts: number): number {
  return side / (parts - (parts - 1) * overlap)
}
