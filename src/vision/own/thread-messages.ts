import type { DetectorDefinition } from './define-detector.ts'

/** What a detector's thread is started with. */
export interface OwnTask {
  /** Of the module, absolute. */
  readonly path: string
}

export type ToOwn =
  /** All places for pictures, one after the other. */
  | { readonly type: 'begin'; readonly slots: SharedArrayBuffer; readonly slotBytes: number; readonly stride: number }
  | { readonly type: 'detect'; readonly slot: number; readonly ptsMs: number }

/** A definition without its function. */
export type OwnAbout = Required<Pick<DetectorDefinition, 'labels'>> & {
  readonly input: Required<DetectorDefinition['input']>
}

export type FromOwn =
  | { readonly type: 'ready'; readonly about: OwnAbout }
  | { readonly type: 'refused'; readonly reason: string }
  /** Of the picture that was asked for longest: `[x, y, w, h, score, class id]` one after the other, and how many were no boxes. */
  | { readonly type: 'found'; readonly numbers: Float64Array; readonly invalid: number }
  | { readonly type: 'failed'; readonly reason: string }
