import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { openPython } from './peers/python.ts'
import type { Program, Run } from './program.ts'
import { script } from './sightline.ts'
import { compare, median } from './statistics.ts'
import { layOutBoxes } from './tracked-boxes.ts'

/** Boxes a frame, as many as a sports hall with its bench and its first row has. */
const usual = 36
const crowd = 1000

interface Result {
  /** Of processor time, a frame's. */
  readonly ms: number
  /** Identities given. */
  readonly ids: number
}

export const tracker: Benchmark = {
  name: 'tracker',
  about: "processor time a frame of 36 boxes ÷ supervision's ByteTrack; the worse of byte and sightline",
  limits: [
    { key: 'ratio', better: 'lower', must: 0.05, aim: 0.03 },
    { key: 'vs_cpp', better: 'lower', must: 1.5, aim: 1 },
    { key: 'thousand_ms', better: 'lower', must: 10 },
    { key: 'camera_motion_ms', better: 'lower', must: 2 }
  ],
  async run({ alternation, folder, report, quick }): Promise<Measured> {
    const boxes = await layOutBoxes(quick ? 2000 : 6000, usual, folder)
    const few = await layOutBoxes(quick ? 100 : 600, usual, folder)
    const many = await layOutBoxes(quick ? 25 : 150, crowd, folder)
    const ours = {
      byte: script('byte', 'ours-tracker.ts', 'byte', boxes, usual),
      sightline: script('sightline', 'ours-tracker.ts', 'sightline', boxes, usual),
      byteCrowd: script('byte, 1,000 boxes', 'ours-tracker.ts', 'byte', many, crowd),
      sightlineCrowd: script('sightline, 1,000 boxes', 'ours-tracker.ts', 'sightline', many, crowd),
      camera: script('camera motion', 'ours-camera-motion.ts', quick ? 200 : 2000)
    }
    const python = await openPython(report)
    const compiled = byteTrackInCpp(boxes)
    if (!compiled)
      report('vs_cpp is missing: SIGHTLINE_PEERS has no program bytetrack-cpp; bench/README.md says what it has to do.')
    const programs = {
      ...ours,
      ...(python && { theirs: python('supervision', 'tracker.py', few, String(usual)) }),
      ...(compiled && { cpp: compiled })
    }
    // Of those that are not there, there are no runs.
    const runs: Ours & Peers = await alternate(programs as Record<keyof (Ours & Peers), Program>, alternation)
    const figures = figuresOf(runs)
    const worse = times(figures.byte_ms > figures.sightline_ms ? runs.byte : runs.sightline)
    const cpp = runs.cpp && times(runs.cpp)
    const theirs = runs.theirs && times(runs.theirs)
    return {
      ...(theirs && { comparison: compare(worse, theirs) }),
      figures: {
        ...figures,
        ...(theirs && { peer_ms: median(theirs) }),
        ...(cpp && { vs_cpp: compare(worse, cpp).ratio, cpp_ms: median(cpp) })
      }
    }
  }
}

type Peers = Readonly<Partial<Record<'theirs' | 'cpp', readonly Run[]>>>

/** The authors' ByteTrack in C++, where somebody built it. */
function byteTrackInCpp(boxes: string): Program | undefined {
  const command = join(process.env.SIGHTLINE_PEERS ?? '', 'bytetrack-cpp')
  if (!process.env.SIGHTLINE_PEERS || !existsSync(command)) return undefined
  return { name: 'ByteTrack in C++', command, args: [boxes, String(usual)] }
}

type Ours = Readonly<Record<'byte' | 'sightline' | 'byteCrowd' | 'sightlineCrowd' | 'camera', readonly Run[]>>

function figuresOf(runs: Ours) {
  return {
    byte_ms: median(times(runs.byte)),
    sightline_ms: median(times(runs.sightline)),
    thousand_ms: Math.max(median(times(runs.byteCrowd)), median(times(runs.sightlineCrowd))),
    camera_motion_ms: median(times(runs.camera))
  }
}

function times(runs: readonly Run[]): number[] {
  return runs.map(({ stdout }) => (JSON.parse(stdout) as Result).ms)
}
