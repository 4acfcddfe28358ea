/** A box in pixels of the picture that the detector was given. */
export interface OwnBox {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  /** How sure it is, 0…1. */
  readonly score: number
  /** One of the definition's labels. */
  readonly label: string
}

/** What is known of a picture beside its pixels. */
export interface OwnPicture {
  readonly width: number
  readonly height: number
  /** Media time in milliseconds; pictures come in its order. */
  readonly ptsMs: number
}

/** A detector that somebody wrote: the default export of a module whose path stands where a model could. */
export interface DetectorDefinition {
  /** Names of everything that it can find. */
  readonly labels: readonly string[]
  readonly input: {
    /** In pixels, up to 4096. */
    readonly width: number
    readonly height: number
    /** `rgb`, the default: three bytes a pixel; `gray`: one. Rows are packed. */
    readonly format?: 'rgb' | 'gray'
    /** `letterbox`, the default, keeps the picture's shape, at the top left, and leaves the rest black; `stretch` fills all of it. */
    readonly fit?: 'letterbox' | 'stretch'
  }
  /** Finds what is in a picture. `pixels` are those of the next picture once it has answered. */
  detect(pixels: Uint8Array, picture: OwnPicture): readonly OwnBox[] | Promise<readonly OwnBox[]>
}

/**
 * Gives the definition as it is, for its types. Each stream and each analysis loads the module anew, into a thread of its own: what
 * lies beside `detect` in the module is its memory.
 */
export function defineDetector(definition: DetectorDefinition): DetectorDefinition {
  return definition
}
