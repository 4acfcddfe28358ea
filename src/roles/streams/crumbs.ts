import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

/** Streams of one worker that have a place among its crumbs, at most. */
export const mostPlaces = 4096

/**
 * Says which streams are in native code right now: a byte for each in a file that outlives the process. Native code that
 * breaks takes the whole worker with it, and this is how main learns whose picture it was.
 */
export class Crumbs implements Disposable {
  readonly #file: number
  readonly #byte = Buffer.alloc(1)

  constructor(path: string) {
    this.#file = openSync(path, 'w', 0o600)
    writeSync(this.#file, Buffer.alloc(mostPlaces), 0, mostPlaces, 0)
  }

  mark(place: number, isInside: boolean): void {
    this.#byte[0] = isInside ? 1 : 0
    writeSync(this.#file, this.#byte, 0, 1, place)
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

/** Places of the streams that a worker was busy with when it ended. */
export function readCrumbs(path: string): readonly number[] {
  try {
    return [...readFileSync(path)].flatMap((byte, place) => (byte === 1 ? [place] : []))
  } catch {
    return []
  }
}
