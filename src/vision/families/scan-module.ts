/**
 * The functions of a WebAssembly module that go through rows of float32 in memory, sixteen numbers at a time, which
 * JavaScript has no way to do. The first row is at `at`, rows begin `step` apart and have `width` to look through (all in
 * bytes); to `out` is written which rows have a number that is not below `least`, NaN included. They give the place
 * behind what they wrote.
 */
export interface ScanFunctions {
  rows(at: number, rows: number, step: number, width: number, least: number, out: number): number
  /** The same of rows that are one number wide: `width` is not looked at. */
  column(at: number, rows: number, step: number, width: number, least: number, out: number): number
  /**
   * As `rows`, by the bits of the numbers as integers without a sign, which is the order of numbers of which none is
   * negative, and faster: rows with a negative number may be among the result. `least` is above 0.
   */
  candidates(at: number, rows: number, step: number, width: number, least: number, out: number): number
}

// Instructions of the WebAssembly core specification 2.0, §5.4, as far as they are needed.
const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const constant = (value: number) => [0x41, value]
const add = [0x6a]
const and = [0x71]
const isBelow = [0x49]
const isZero = [0x45]
const block = [0x02, 0x40]
const loop = [0x03, 0x40]
const when = [0x04, 0x40]
const end = [0x0b]
const branch = (depth: number) => [0x0c, depth]
const branchIf = (depth: number) => [0x0d, depth]
const storeInteger = [0x36, 2, 0]
const loadFloat = [0x2a, 2, 0]
const floatIsBelow = [0x5d]
const loadFour = (offset: number) => [0xfd, 0x00, 2, ...leb(offset)]
const fourTimes = [0xfd, 0x13]
const fourAreBelow = [0xfd, 0x43]
const andFour = [0xfd, 0x4e]
const largerOfFour = [0xfd, 0xb9, 0x01]
const fourBitsAreBelow = [0xfd, 0x3a]
const areAllSet = [0xfd, 0xa3, 0x01]

const [at, rows, step, width, least, out] = [0, 1, 2, 3, 4, 5]
const [row, place, end256, end64, end16, end4, limit] = [6, 7, 8, 9, 10, 11, 12]
const fourAt = (offset: number) => [...get(place), ...loadFour(offset), ...get(limit), ...fourAreBelow]
/** 1 when as many numbers as lie in `bytes`, a multiple of 16, are all below. */
const allBelow = (bytes: number) => [
  ...fourAt(0),
  ...Array.from({ length: bytes / 16 - 1 }, (_, n) => [...fourAt(n * 16 + 16), ...andFour]).flat(),
  ...areAllSet
]
/** The same by their bits. */
const allBitsBelow = (bytes: number) => [
  ...[...get(place), ...loadFour(0)],
  ...Array.from({ length: bytes / 16 - 1 }, (_, n) => [
    ...get(place),
    ...loadFour(n * 16 + 16),
    ...largerOfFour
  ]).flat(),
  ...[...get(limit), ...fourBitsAreBelow, ...areAllSet]
]

/** While `place` is before `local`: leaves for the row's hit unless `test` gives 1, else goes `bytes` on. */
const through = (local: number, bytes: readonly number[], test: readonly number[]) => [
  ...[...loop, ...get(place), ...get(local), ...isBelow, ...when],
  ...[...test, ...isZero, ...branchIf(2)],
  ...[...get(place), ...bytes, ...add, ...set(place), ...branch(1), ...end, ...end]
]
/** `at` and as much of `width` as these bits leave; -256, -64 and -16 are signed LEB128. */
const endOf = (...bits: readonly number[]) => [...get(at), ...get(width), 0x41, ...bits, ...and, ...add]

const store = [...get(out), ...get(row), ...storeInteger, ...get(out), ...constant(4), ...add, ...set(out)]
const next = [...get(at), ...get(step), ...add, ...set(at), ...get(row), ...constant(1), ...add, ...set(row)]
const eachRow = (body: readonly number[]) => [
  ...[...loop, ...get(row), ...get(rows), ...isBelow, ...when],
  ...[...body, ...next, ...branch(1), ...end, ...end],
  ...[...get(out), ...end]
]

const columnBody = eachRow([
  ...[...get(at), ...loadFloat, ...get(least), ...floatIsBelow, ...isZero, ...when],
  ...[...store, ...end]
])

const rowsBody = (allBelow: (bytes: number) => readonly number[]) => [
  ...[...get(least), ...fourTimes, ...set(limit)],
  ...eachRow([
    ...[...get(at), ...set(place), ...endOf(0x80, 0x7e), ...set(end256), ...endOf(0x40), ...set(end64)],
    ...[...endOf(0x70), ...set(end16), ...get(at), ...get(width), ...add, ...set(end4)],
    ...[...block, ...block],
    ...through(end256, [0x41, 0x80, 0x02], allBelow(256)),
    ...through(end64, [0x41, 0xc0, 0x00], allBelow(64)),
    ...through(end16, constant(16), allBelow(16)),
    ...through(end4, constant(4), [...get(place), ...loadFloat, ...get(least), ...floatIsBelow]),
    ...[...branch(1), ...end],
    ...[...store, ...end]
  ])
]

const [i32, f32, v128] = [0x7f, 0x7d, 0x7b]
const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content]
const locals = [2, 6, i32, 1, v128]
const code = (body: readonly number[]) => [...leb(locals.length + body.length), ...locals, ...body]
const nameOf = (name: string) => [name.length, ...new TextEncoder().encode(name)]

/** The module's bytes; it imports its memory as `m.m`. */
export const scanModule = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 6, i32, i32, i32, i32, f32, i32, 1, i32]),
  ...section(2, [1, 1, 0x6d, 1, 0x6d, 0x02, 0x00, 1]),
  ...section(3, [3, 0, 0, 0]),
  ...section(7, [3, ...nameOf('rows'), 0, 0, ...nameOf('column'), 0, 1, ...nameOf('candidates'), 0, 2]),
  ...section(10, [3, ...code(rowsBody(allBelow)), ...code(columnBody), ...code(rowsBody(allBitsBelow))])
])

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)]
}
