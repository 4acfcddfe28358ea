import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readMotFile } from '../src/commands/mot-files.ts'
import { DetectionColumns } from '../src/core/columns.ts'
import { pixelSlackBytes, requestBytes } from '../src/core/fit.ts'
import { openVideo } from '../src/media/open-video.ts'
import { CameraMotion } from '../src/tracking/camera/camera-motion.ts'
import { runProgram } from './program.ts'

/** A training sequence that comes with pixels, as a still camera took it. */
const sequence = 'PETS09-S2L1'
const clip = 'PETS09-S2L1_1-300.mp4'
/** Below `mot`. */
export const windowClip = join('MOT15', sequence, clip)
export const picture = { width: 768, height: 576 }
export const fps = 7
export const frames = 300
/** What is seen of the picture: a camera that moves, with truth. */
export const window = { width: 480, height: 270 }

/** Where the window's corner lies at a frame. */
const ways: Readonly<Record<string, (frame: number) => readonly [x: number, y: number]>> = {
  'stands still': () => [144, 150],
  'pans slowly': frame => [144 + 140 * Math.sin(frame / 25), 150 + 100 * Math.sin(frame / 40)],
  'pans fast': frame => [144 + 140 * Math.sin(frame / 8), 150 + 60 * Math.sin(frame / 11)],
  shakes: frame => [144 + 80 * Math.sin(frame / 30) + 12 * Math.sin(frame * 2.3), 150 + 12 * Math.sin(frame * 3.1 + 1)]
}

/** One way of the window: where it is at each frame, what is to be seen of the picture there, and the files of truth and detections. */
export interface WindowScene {
  readonly name: string
  readonly corners: readonly (readonly [left: number, top: number])[]
  /** As `CameraMotion` wants it. */
  readonly lumas: readonly Uint8Array[]
  readonly truth: string
  /** Truth degraded by one seed each. */
  readonly detections: readonly string[]
}

/** @param mot folder of the sequences; @param folder a place to work in */
export async function windowScenes(mot: string, folder: string, seeds: readonly number[]): Promise<WindowScene[]> {
  const from = join(mot, 'MOT15', sequence)
  const rows = (await readFile(join(from, 'gt/gt.txt'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => line.split(',').map(Number))
  const named = (name: string) => name.replaceAll(' ', '-')
  for (const [name, way] of Object.entries(ways)) {
    const lines = rows.filter(([frame]) => frame! <= frames).flatMap(row => seenRow(row, cornerAt(way, row[0]! - 1)))
    await mkdir(join(folder, 'truth', named(name), 'gt'), { recursive: true })
    await writeFile(join(folder, 'truth', named(name), 'gt/gt.txt'), `${lines.join('\n')}\n`)
  }
  for (const seed of seeds) {
    const args = [join(mot, 'degrade.py'), join(folder, 'truth'), join(folder, `seed-${seed}`), '--seed', String(seed)]
    await runProgram({ name: 'degrade.py', command: process.env.PYTHON ?? 'python3', args })
  }
  const lumas = await lumasOf(join(mot, windowClip))
  return Object.entries(ways).map(([name, way]) => ({
    name,
    corners: Array.from({ length: frames }, (_, frame) => cornerAt(way, frame)),
    lumas: lumas.get(name)!,
    truth: join(folder, 'truth', named(name), 'gt/gt.txt'),
    detections: seeds.map(seed => join(folder, `seed-${seed}`, named(name), 'det/det.txt'))
  }))
}

/** A row of truth as the window sees it; nothing where the middle of its box lies outside. */
function seenRow(row: readonly number[], [left, top]: readonly [number, number]): string[] {
  const [frame, id, x, y, w, h, counts] = row as [number, number, number, number, number, number, number]
  const [middleX, middleY] = [x + w / 2 - left, y + h / 2 - top]
  const isSeen = middleX >= 0 && middleY >= 0 && middleX <= window.width && middleY <= window.height
  return isSeen && counts !== 0 ? [[frame, id, x - left, y - top, w, h, 1, -1, -1, -1].join(',')] : []
}

function cornerAt(way: (frame: number) => readonly [number, number], frame: number): readonly [number, number] {
  const [x, y] = way(frame)
  const even = (value: number, most: number) => 2 * Math.round(Math.max(0, Math.min(most, value)) / 2)
  return [even(x, picture.width - window.width), even(y, picture.height - window.height)]
}

async function lumasOf(path: string): Promise<ReadonlyMap<string, Uint8Array[]>> {
  const { width, height } = new CameraMotion(window)
  const request = { width, height, format: 'gray8', mode: 'stretch', pad: 0 } as const
  const lumas = new Map<string, Uint8Array[]>(Object.keys(ways).map(name => [name, []]))
  await using video = await openVideo(path)
  for await (const frame of video.frames()) {
    using _ = frame
    for (const [name, way] of Object.entries(ways)) {
      const [left, top] = cornerAt(way, frame.index)
      const place = Buffer.alloc(requestBytes(request) + pixelSlackBytes)
      await frame.scaleInto(request, place, { left, top, ...window })
      lumas.get(name)!.push(place.subarray(0, requestBytes(request)))
    }
  }
  return lumas
}

/** The boxes of a scene's detections, frame by frame. */
export function windowBoxes(path: string): readonly DetectionColumns[] {
  const { width, height } = window
  const rows = readMotFile(path)
  const boxes = Array.from({ length: frames }, () => new DetectionColumns(16))
  for (let row = 0; row < rows.count; row++) {
    const [x, y, w, h] = rows.boxes.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number]
    boxes[rows.frames[row]! - 1]?.push(x / width, y / height, w / width, h / height, rows.marks[row]!, 0)
  }
  return boxes
}
