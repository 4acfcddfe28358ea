// Usage: ours-camera-motion.ts FRAMES. Follows a camera that pans, rolls and zooms over a picture with corners everywhere; prints
// the milliseconds of processor time a frame, and how many frames told a motion. Pictures are made before the clock starts.
import { DetectionColumns } from '../src/core/columns.ts'
import { SeededRandom } from '../src/simulator/random.ts'
import { CameraMotion } from '../src/tracking/camera/camera-motion.ts'

const frames = Number(process.argv[2])
const camera = new CameraMotion({ width: 1920, height: 1080 })
const random = new SeededRandom(5)
/** Patches of luma with hard edges, some pixels wide, as buildings and stands have. */
const sceneSide = 160
const patches = Array.from({ length: sceneSide * sceneSide }, () => random.between(30, 220))
const patchPx = 6

/** There and back again, so that every step is one that a camera makes. */
const views = Array.from({ length: 24 }, (_, index) => view(index * 2.3, index * 0.8, index * 0.003, 1 + index * 0.004))
const none = new DetectionColumns()
const around = 2 * (views.length - 1)
let told = 0
const look = (index: number) => {
  const at = index % around
  return camera.look(views[at < views.length ? at : around - at]!, none)
}
for (let index = 0; index < around; index++) look(index)
const started = process.threadCpuUsage()
for (let index = 0; index < frames; index++) if (look(index).motion) told++
const { user, system } = process.threadCpuUsage(started)
process.stdout.write(`${JSON.stringify({ ms: (user + system) / 1000 / frames, told })}\n`)

function view(x: number, y: number, roll: number, scale: number): Uint8Array {
  const { width, height } = camera
  const luma = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [fromX, fromY] = [(column - width / 2) / scale, (row - height / 2) / scale]
      const sceneX = Math.cos(roll) * fromX + Math.sin(roll) * fromY + x + (sceneSide * patchPx) / 2
      const sceneY = Math.cos(roll) * fromY - Math.sin(roll) * fromX + y + (sceneSide * patchPx) / 2
      luma[row * width + column] = blended(sceneX / patchPx, sceneY / patchPx)
    }
  }
  return luma
}

/** A patch's luma, with soft edges of a third of its side, as a lens makes them. */
function blended(x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const soften = (part: number) => Math.min(1, Math.max(0, (part - 1 / 3) * 3))
  const [partX, partY] = [soften(x - left), soften(y - top)]
  const patch = (column: number, row: number) => patches[row * sceneSide + column] ?? 0
  const above = patch(left, top) * (1 - partX) + patch(left + 1, top) * partX
  return above * (1 - partY) + (patch(left, top + 1) * (1 - partX) + patch(left + 1, top + 1) * partX) * partY
}
