import type { ModelInput } from './family.ts'

type Size = Pick<ModelInput, 'width' | 'height'>

/** Cells in a row, and rows, of the grid that a network lays over its input at one stride: what is cut off counts whole. */
export function gridSize({ width, height }: Size, stride: number): { columns: number; rows: number } {
  return { columns: Math.ceil(width / stride), rows: Math.ceil(height / stride) }
}

/** Cells of the grids of all strides. */
export function cellCount(input: Size, strides: readonly number[]): number {
  return strides.reduce((sum, stride) => {
    const { columns, rows } = gridSize(input, stride)
    return sum + columns * rows
  }, 0)
}

/** Column, row and stride of each cell: stride after stride, row by row. */
export function cellGrid(input: Size, strides: readonly number[]): Float64Array {
  const grid: number[] = []
  for (const stride of strides) {
    const { columns, rows } = gridSize(input, stride)
    for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) grid.push(column, row, stride)
  }
  return new Float64Array(grid)
}
