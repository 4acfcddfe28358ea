/** A name as it is written beside a box: what it says, and its colours in CSS. */
export interface NameTag {
  readonly text: string
  readonly fill: string
  readonly colour: string
}

/** More than there are on one picture, and little enough: one takes some kilobytes. */
const mostTags = 256

/**
 * Pictures of names, painted once: to measure and to shape text anew for each box of each picture takes longer than
 * everything else that is drawn. The ones that were not shown for longest are given up.
 */
export class NameTags<Picture> {
  readonly #paint: (tag: NameTag, density: number) => Picture
  readonly #painted = new Map<string, Picture>()

  constructor(paint: (tag: NameTag, density: number) => Picture) {
    this.#paint = paint
  }

  /** `density`: device pixels for one of CSS. */
  picture(tag: NameTag, density: number): Picture {
    const key = `${density} ${tag.fill} ${tag.colour} ${tag.text}`
    const picture = this.#painted.get(key) ?? this.#paint(tag, density)
    this.#painted.delete(key)
    this.#painted.set(key, picture)
    const [oldest] = this.#painted.keys()
    if (this.#painted.size > mostTags && oldest !== undefined) this.#painted.delete(oldest)
    return picture
  }

  /** For when letters look otherwise from now on. */
  forget(): void {
    this.#painted.clear()
  }
}
