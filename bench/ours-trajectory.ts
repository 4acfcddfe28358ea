// Usage: ours-trajectory.ts GT RESULTS. Stores and reads ground truth and tracks; prints points, bytes and the seconds.
import { TrajectoryEncoder } from '../src/trajectories/trajectory-encoder.ts'
import { TrajectoryReader } from '../src/trajectories/trajectory-reader.ts'
import { type StoredSequence, trackedSequences, truthSequences } from './stored-frames.ts'

/** Passes over all sequences: the first ones are not counted, because code is compiled in them. */
const warmUps = 5
const passes = 10

const [gt = '', results = ''] = process.argv.slice(2)

/** Stores a sequence in memory, as analyze writes it. */
function stored({ header, frames }: StoredSequence): Buffer {
  const pieces: Uint8Array[] = []
  const encoder = new TrajectoryEncoder(header, bytes => pieces.push(bytes.slice()))
  for (const frame of frames) encoder.add(frame)
  encoder.finish()
  return Buffer.concat(pieces)
}

/** Reads all of it, checksums included, as measure does; gives the points. */
function read(bytes: Buffer): number {
  let points = 0
  const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) }
  new TrajectoryReader(source, 'bench').replay(({ rows }) => {
    points += rows.count
  })
  return points
}

function measured(sequences: readonly StoredSequence[]) {
  const points = sequences.reduce(
    (sum, { frames }) => sum + frames.reduce((rows, frame) => rows + frame.rows.count, 0),
    0
  )
  let [encodeSeconds, decodeSeconds, bytes] = [0, 0, 0]
  for (let pass = 0; pass < warmUps + passes; pass++) {
    const started = performance.now()
    const files = sequences.map(stored)
    const encoded = performance.now()
    const found = files.reduce((sum, file) => sum + read(file), 0)
    const ended = performance.now()
    if (found !== points) throw new Error(`${points} points went in, ${found} came out.`)
    bytes = files.reduce((sum, { length }) => sum + length, 0)
    if (pass < warmUps) continue
    encodeSeconds += (encoded - started) / 1000 / passes
    decodeSeconds += (ended - encoded) / 1000 / passes
  }
  return { points, bytes, encodeSeconds, decodeSeconds }
}

const truth = measured(truthSequences(gt))
const tracks = measured(trackedSequences(gt, results))
process.stdout.write(`${JSON.stringify({ truth, tracks })}\n`)
