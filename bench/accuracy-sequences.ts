import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readSequenceInfo } from '../src/commands/mot-files.ts'
import { cache } from './clips.ts'
import { runProgram } from './program.ts'

/** Which sequences are looked at while a tracker is being made, and which only to say how good it is. */
export const sets = {
  train: {
    mot15: ['ADL-Rundle-6', 'ETH-Bahnhof', 'ETH-Sunnyday', 'PETS09-S2L1'],
    sports: [
      'v_-6Os86HzwCs_c001',
      'v_1LwtoLPw2TU_c006',
      'v_1yHWGw8DH4A_c029',
      'v_1yHWGw8DH4A_c609',
      'v_2j7kLB-vEEk_c005',
      'v_4LXTUim5anY_c002',
      'v_4LXTUim5anY_c013',
      'v_ApPxnw_Jffg_c015'
    ],
    seeds: [7]
  },
  val: {
    mot15: ['KITTI-13', 'TUD-Stadtmitte', 'Venice-2'],
    sports: ['v_CW0mQbgYIF4_c006', 'v_HdiyOtliFiw_c004', 'v_dChHNGIfm4Y_c003', 'v_iIxMOsCGH58_c013'],
    seeds: [11, 13, 17]
  }
} as const
export type SetName = keyof typeof sets

/** One sequence with the boxes that a detector, or the degraded truth, gives for it. */
export interface AccuracySequence {
  readonly name: string
  readonly kind: 'mot15' | 'sports'
  /** Of the degraded truth; 0 where the boxes are a detector's. */
  readonly seed: number
  readonly truth: string
  readonly detections: string
  readonly fps: number
  readonly frames: number
  readonly width: number
  readonly height: number
}

/** The sequences of a set below `mot`: MOT15's once, SportsMOT's once for each seed. */
export async function accuracySequences(mot: string, set: SetName): Promise<AccuracySequence[]> {
  const { mot15, sports, seeds } = sets[set]
  const real = mot15.map(name => mot15Sequence(mot, name))
  const degraded: AccuracySequence[] = []
  for (const seed of seeds) {
    const detections = await degradedTruth(mot, join(mot, 'SportsMOT-train'), seed)
    for (const name of sports) degraded.push(sportsSequence(mot, name, seed, join(detections, name, 'det/det.txt')))
  }
  return [...real, ...degraded]
}

/** One of MOT15's sequences, with the public detections. */
export function mot15Sequence(mot: string, name: string): AccuracySequence {
  const folder = join(mot, 'MOT15', name)
  return sequence(name, 'mot15', 0, folder, join(folder, 'det/det.txt'))
}

/** One of SportsMOT's, with detections that were made of its truth with a seed. */
export function sportsSequence(mot: string, name: string, seed: number, detections: string): AccuracySequence {
  return sequence(name, 'sports', seed, join(mot, 'SportsMOT-train', name), detections)
}

function sequence(
  name: string,
  kind: AccuracySequence['kind'],
  seed: number,
  folder: string,
  detections: string
): AccuracySequence {
  const { fps = 30, length: frames = 0, width = 0, height = 0 } = readSequenceInfo(folder)
  return { name, kind, seed, truth: join(folder, 'gt/gt.txt'), detections, fps, frames, width, height }
}

/** The folder of detections made from ground truth, the same ones every time; made once and kept. */
async function degradedTruth(mot: string, truth: string, seed: number): Promise<string> {
  const folder = join(cache, `degraded-${seed}`)
  if (existsSync(folder)) return folder
  const growing = `${folder}-growing`
  await rm(growing, { recursive: true, force: true })
  const args = [join(mot, 'degrade.py'), truth, growing, '--seed', String(seed)]
  await runProgram({ name: 'degrade.py', command: process.env.PYTHON ?? 'python3', args })
  await rename(growing, folder)
  return folder
}
