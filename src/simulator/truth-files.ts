import type { OutputFolder } from '../report/output-folder.ts'
import type { TextFile } from '../report/text-file.ts'
import type { FrameTruth } from './ground-truth.ts'
import type { Shot } from './scene.ts'
import {
  ballHeader,
  ballRow,
  EntryLog,
  entriesHeader,
  homographyLine,
  motRows,
  positionRows,
  positionsHeader,
  type SequenceFacts,
  seqinfo
} from './truth-rows.ts'

/** Writes a scene's ground truth frame by frame into an output folder. */
export class TruthFiles {
  readonly #output: OutputFolder
  readonly #facts: SequenceFacts
  readonly #boxes: TextFile
  readonly #positions: TextFile
  readonly #ball: TextFile
  readonly #homographies: TextFile
  readonly #entries = new EntryLog()

  /** `truthFolder` is the folder `gt` within `output`. */
  constructor(output: OutputFolder, truthFolder: OutputFolder, facts: SequenceFacts) {
    this.#output = output
    this.#facts = facts
    this.#boxes = truthFolder.text('gt.txt')
    this.#positions = output.text('positions.csv')
    this.#positions.write(positionsHeader)
    this.#ball = output.text('ball.csv')
    this.#ball.write(ballHeader)
    this.#homographies = output.text('homographies.jsonl')
  }

  add(shot: Shot, truth: FrameTruth): void {
    this.#entries.add(shot, truth)
    this.#boxes.write(motRows(shot, truth))
    this.#positions.write(positionRows(shot, truth))
    this.#ball.write(ballRow(shot, truth))
    this.#homographies.write(homographyLine(shot, truth))
  }

  /** Adds what is known only at the end; returns how often somebody came into the picture. */
  finish(): number {
    this.#output.file('entries.csv', entriesHeader + this.#entries.rows(this.#facts.fps))
    this.#output.file('seqinfo.ini', seqinfo(this.#facts))
    return this.#entries.entries.length
  }
}
