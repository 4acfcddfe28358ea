import type { TrackColumns } from '../core/columns.ts'
import { rounded, twoDecimals } from './decimals.ts'

/** First line of `tracks.csv`: `frame` counts from 0 as in events, boxes are pixels of the upright frame, `observed` is 1 or 0. */
export const tracksCsvHeader = 'time_s,frame,track_id,label,score,x,y,w,h,observed\r\n'

/** What a frame needs to become rows. */
export interface CsvFrame {
  /** 0-based. */
  readonly frame: number
  readonly ptsMs: number
  readonly tracks: TrackColumns
  /** Pixels of the upright frame. */
  readonly width: number
  readonly height: number
}

/** A table for people, RFC 4180: one row per track and frame. Labels are escaped once and remembered. */
export class TracksCsv {
  readonly #fields: string[]

  /** `labels` go by class id. */
  constructor(labels: readonly string[]) {
    this.#fields = labels.map(csvField)
  }

  rows({ frame, ptsMs, tracks, width, height }: CsvFrame): string {
    const { boxes, scores, classIds, trackIds, observed } = tracks
    const start = `${(ptsMs / 1000).toFixed(3)},${frame},`
    let rows = ''
    for (let row = 0; row < tracks.count; row++) {
      const at = row * 4
      const label = this.#fields[classIds[row]!] ?? `class-${classIds[row]}`
      const corner = `${twoDecimals(boxes[at]! * width)},${twoDecimals(boxes[at + 1]! * height)}`
      const size = `${twoDecimals(boxes[at + 2]! * width)},${twoDecimals(boxes[at + 3]! * height)}`
      rows += `${start}${trackIds[row]},${label},${rounded(scores[row]!, 1e4)},${corner},${size},${observed[row]}\r\n`
    }
    return rows
  }
}

/**
 * Text as one CSV field. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
 * Injection"): labels come from a model's file, which is somebody else's input.
 */
export function csvField(text: string): string {
  const harmless = /^\s*[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
