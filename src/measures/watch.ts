import type { Point } from '../contract/geometry.ts'
import type { Anchor, OpenHours, RowFilterDefinition } from '../contract/measure-definition.ts'
import { defaultAnchor } from './anchor.ts'
import { checkDrawing } from './drawing.ts'
import { PolygonArea } from './polygon-area.ts'
import { RowFilter } from './row-filter.ts'
import type { Scene } from './scene.ts'
import { Schedule, type WallTime } from './schedule.ts'

interface WatchDefinition extends RowFilterDefinition {
  readonly anchor?: Anchor
  readonly zone?: readonly Point[]
  readonly schedule?: readonly OpenHours[]
}

/** Whom a measure looks at: by filter, within hours, and in a zone or the whole frame. */
export class Watch {
  readonly anchor: Anchor
  readonly #filter: RowFilter
  readonly #schedule: Schedule
  readonly #area: PolygonArea | undefined
  /** True when what was known of anybody's place holds no more: after a break, and at closing time. */
  mustForget = false
  #isOpen = true

  /** @throws SL_OPTION_INVALID for a zone or a schedule that makes no sense */
  constructor(kind: string, name: string, definition: WatchDefinition, wallTime: WallTime | undefined) {
    const { anchor = defaultAnchor, zone, schedule } = definition
    if (zone) checkDrawing(`zone of ${kind}`, name, zone, 3)
    this.anchor = anchor
    this.#area = zone && new PolygonArea(zone)
    this.#filter = new RowFilter(definition)
    this.#schedule = new Schedule(`${kind} ${name}`, schedule, wallTime)
  }

  /** Whether the measure works at this scene. */
  opens(scene: Scene): boolean {
    const isOpen = this.#schedule.isOpen(scene.ptsMs)
    this.mustForget = scene.isBreak || (this.#isOpen && !isOpen)
    this.#isOpen = isOpen
    return isOpen
  }

  /** Whether it takes notice of a row at all. */
  admits({ rows, labels }: Scene, row: number): boolean {
    return this.#filter.admits(rows, row, labels)
  }

  /** Whether a place is one that it looks at. */
  covers(x: number, y: number): boolean {
    return this.#area === undefined || this.#area.has(x, y)
  }
}
