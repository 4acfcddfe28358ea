import { freshStartOf } from './fresh-start.ts'
import { codecIds } from './source-codecs.ts'
import type { AccessUnit, SourceCodec } from './sources/source.ts'

/** Raise it to wait longer before all that is held has to be decoded, at its memory and at that time in one go. */
const mostHeld = 64

export interface PutOffUnit {
  readonly unit: AccessUnit
  /** Of what is held: nobody was told of its picture yet. */
  readonly mediaMs?: number
}

/** Units of a live stream that are not decoded as long as nothing behind them is that needs them. Pure. */
export class PutOffUnits {
  /** Never decoded. */
  spared = 0
  #units: PutOffUnit[] = []

  /** One whose picture was told of without being decoded. A key frame makes what was put off before it needless. */
  putOff(unit: AccessUnit): void {
    if (unit.isKey) this.#spare()
    this.#units.push({ unit })
  }

  get mayHold(): boolean {
    return this.#units.length < mostHeld
  }

  /** One whose picture nobody was told of. */
  hold(unit: AccessUnit, mediaMs: number): void {
    this.#units.push({ unit, mediaMs })
  }

  /** What has to be decoded before `next` can be: nothing, where that can do without. */
  before({ isKey, data }: Pick<AccessUnit, 'data' | 'isKey'>, codec: SourceCodec): readonly PutOffUnit[] {
    if (this.#units.length > 0 && isKey && freshStartOf(codecIds[codec], null)?.(data)) this.#spare()
    return this.#units.splice(0)
  }

  forget(): void {
    this.#units = []
  }

  #spare(): void {
    this.spared += this.#units.length
    this.#units = []
  }
}
