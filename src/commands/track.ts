import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Command, Option } from 'commander'
import { analysisDefaults } from '../config/analysis-settings.ts'
import { SightlineError } from '../core/errors.ts'
import { OutputFolder } from '../report/output-folder.ts'
import type { TextFile } from '../report/text-file.ts'
import { trackerNames } from '../tracking/create-tracker.ts'
import { type BoxSource, boxSources } from '../tracking/tracker.ts'
import { isFolder, readMotFile, readSequenceInfo, sequencesIn } from './mot-files.ts'
import { parseNumber } from './parse-regions.ts'
import type { Terminal } from './terminal.ts'
import { type TrackSettings, trackRows } from './track-rows.ts'

interface TrackFlags {
  readonly detections: string
  readonly out: string
  readonly tracker: string
  readonly fps?: number
  readonly lostAfterMs?: number
  readonly lostAfterFrames?: number
  readonly minScore?: number
  readonly boxes: BoxSource
}

const detectionsFile = join('det', 'det.txt')
const assumedFps = 30

/** `sightline track`: MOT Challenge detections go in, tracks of the same format come out. Actions throw SightlineError. */
export function trackCommand(terminal: Terminal = process): Command {
  return new Command('track')
    .description('give the boxes of a detections file identities')
    .requiredOption('--detections <path>', 'a MOT Challenge file, or a folder with SEQ/det/det.txt')
    .requiredOption('--out <path>', 'the file for the tracks, or for a folder of sequences the folder for SEQ.txt')
    .option('--tracker <name>', trackerNames.join(' or '), analysisDefaults.tracker)
    .option('--fps <n>', "frames per second (default: seqinfo.ini's, else 30)", number('--fps', 0.01, 1000))
    .option('--lost-after-ms <n>', 'how long a track may go unseen', number('--lost-after-ms', 1, 3_600_000))
    .option('--lost-after-frames <n>', 'the same in frames', number('--lost-after-frames', 0, 100_000))
    .option('--min-score <n>', 'leave out boxes scored lower', number('--min-score', 0, 1))
    .addOption(
      new Option('--boxes <source>', "hand out the detections' boxes, or the filter's as the authors' programs do")
        .choices(boxSources)
        .default('detection')
    )
    .action((flags: TrackFlags) => {
      if (flags.lostAfterMs !== undefined && flags.lostAfterFrames !== undefined)
        throw new SightlineError('SL_OPTION_CONFLICT', 'Give --lost-after-ms or --lost-after-frames, not both.')
      const sources = findSources(flags.detections)
      using output = new OutputFolder(sources.isMany ? flags.out : dirname(flags.out))
      for (const { folder, file, name } of sources.found) {
        const text = output.text(sources.isMany ? `${name}.txt` : basename(flags.out))
        trackFile(file, folder, flags, text, terminal)
      }
      output.commit()
    })
}

interface Source {
  readonly name: string
  readonly file: string
  /** Where seqinfo.ini may lie. */
  readonly folder: string
}

/** A detections file, a sequence's folder, or a folder of those. */
function findSources(path: string): { readonly isMany: boolean; readonly found: readonly Source[] } {
  const source = (name: string, folder: string): Source => ({ name, folder, file: join(folder, detectionsFile) })
  if (!isFolder(path)) {
    const folder = dirname(path)
    const isInSequence = basename(folder) === dirname(detectionsFile)
    return {
      isMany: false,
      found: [{ name: basename(path), file: path, folder: isInSequence ? dirname(folder) : folder }]
    }
  }
  const names = sequencesIn(path, detectionsFile)
  if (names.length > 0) return { isMany: true, found: names.map(name => source(name, join(path, name))) }
  if (existsSync(join(path, detectionsFile))) return { isMany: false, found: [source(basename(path), path)] }
  throw new SightlineError(
    'SL_INPUT_NOT_FOUND',
    `${path} has no detections: give a file, or a folder with a folder for each sequence and det/det.txt in it.`
  )
}

function trackFile(file: string, folder: string, flags: TrackFlags, text: TextFile, { stderr }: Terminal): void {
  const info = readSequenceInfo(folder)
  const rows = readMotFile(file)
  const fps = flags.fps ?? info.fps ?? assumedFps
  if (flags.fps === undefined && info.fps === undefined)
    stderr.write(`${file}: neither --fps nor a seqinfo.ini says the frame rate; ${assumedFps} is assumed.\n`)
  const { minScore, tracker, boxes } = flags
  const settings: TrackSettings = { ...info, tracker, fps, minScore, boxes, lostAfterMs: lostAfterMs(flags, fps) }
  const { untrackable } = trackRows(rows, settings, lines => text.write(lines))
  text.close()
  if (untrackable > 0)
    stderr.write(`${file}: ${untrackable} of ${rows.count} boxes have no area or a score below 0 and were left out.\n`)
}

/** Frames last until half way to the next: a track unseen for just as many stays. */
function lostAfterMs({ lostAfterMs, lostAfterFrames }: TrackFlags, fps: number): number | undefined {
  return lostAfterFrames === undefined ? lostAfterMs : ((lostAfterFrames + 0.5) * 1000) / fps
}

function number(option: string, low: number, high: number): (text: string) => number {
  return text => parseNumber(option, text, low, high)
}
