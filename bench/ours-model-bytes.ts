// Usage: ours-model-bytes.ts CLIP. Our decoder, giving every frame's bytes as yolox-nano takes them.
import { type PixelRequest, requestBytes } from '../src/core/fit.ts'
import { openVideo } from '../src/media/open-video.ts'

const request: PixelRequest = { width: 416, height: 416, format: 'rgb24', mode: 'letterbox-top-left', pad: 114 }
const pixels = Buffer.from(new SharedArrayBuffer(requestBytes(request)))
await using video = await openVideo(process.argv[2] ?? '')
let frames = 0
for await (const frame of video.frames()) {
  using held = frame
  await held.scaleInto(request, pixels)
  frames++
}
process.stdout.write(`${JSON.stringify({ frames })}\n`)
