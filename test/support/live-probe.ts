import { timeCodeBits, timeCodePicture } from './time-code.ts'

export interface ProbedPicture {
  /** What the picture itself shows. */
  readonly code: number
  /** What the overlay took it for. */
  readonly epoch: number
  readonly ptsMs: number
  readonly origin: string
}

export interface Probed {
  readonly way: string | undefined
  readonly readings: { readonly behindMs?: number; readonly boxesMs: number; readonly heldMs: number }
  readonly pictures: readonly ProbedPicture[]
  /** When the boxes of a picture were first on the screen, by `epoch ptsMs`. */
  readonly boxed: Readonly<Record<string, number>>
  /** When the camera took a picture, by its code. */
  readonly captured: Readonly<Record<string, number>>
  readonly complaint: string
}

/** A time code above, and below it a light square for the detector of motion to follow. RGBA. */
export function probePicture(index: number, width: number, height: number): Buffer {
  const data = timeCodePicture(index, width, height)
  const left = (index * 6) % (width - 60)
  for (let y = Math.round(height * 0.65); y < height * 0.9; y++)
    data.fill(0xe8, (y * width + left) * 4, (y * width + left + 60) * 4)
  for (let at = 3; at < data.length; at += 4) data[at] = 0xff
  return data
}

/**
 * Runs in a page of the server: the browser's own modules show a stream, and every picture's time code is read in the same
 * moment as what the overlay has just drawn on it. `probe` then has what `Probed` says.
 */
export const probeScript = `
  globalThis.probe = { pictures: [], boxed: {}, captured: {}, complaint: '' }
  // Undefined where a callback that runs late finds the next picture, which says nothing of this one's time.
  globalThis.readCode = (video, { mediaTime }) => {
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined
    const picture = new VideoFrame(video)
    const code = Math.abs(picture.timestamp - mediaTime * 1e6) < 2 ? codeOf(picture) : undefined
    picture.close()
    return code
  }
  globalThis.codeOf = picture => {
    const canvas = globalThis.codeCanvas ??= new OffscreenCanvas(${timeCodeBits}, 1)
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context.drawImage(picture, 0, 0, picture.displayWidth, picture.displayHeight / 8, 0, 0, ${timeCodeBits}, 1)
    const { data } = context.getImageData(0, 0, ${timeCodeBits}, 1)
    return Array.from({ length: ${timeCodeBits} }, (_, bit) => (data[4 * bit] > 127 ? 2 ** bit : 0)).reduce((a, b) => a + b)
  }
  globalThis.watch = async (stream, mode, ways) => {
    const { LiveView } = await import('/web/src/live/live-view.js')
    const { LiveSocket } = await import('/web/src/live/live-socket.js')
    document.body.innerHTML = '<div style="position:relative;width:640px;height:360px"><video muted playsinline style="width:640px;height:360px"></video><img hidden><canvas style="position:absolute;inset:0;width:640px;height:360px"></canvas></div>'
    const [video, picture, canvas] = ['video', 'img', 'canvas'].map(name => document.querySelector(name))
    video.muted = true
    let drawn
    const view = new LiveView({
      stream, mode, ways, video, picture, canvas,
      onSession: session => live.view(session === undefined ? [] : [session]),
      onWay: (way, reason) => { probe.way = way; probe.complaint = reason },
      onDrawn(time, boxes) {
        drawn = { time, boxes }
        if (!time || boxes.ptsMs === undefined || boxes.boxes.length === 0) return
        // What is drawn now goes out with the next frame of the page, and is there when the one behind that begins.
        const key = time.epoch + ' ' + boxes.ptsMs
        requestAnimationFrame(() => requestAnimationFrame(() => (probe.boxed[key] ??= performance.now())))
      }
    })
    const live = new LiveSocket(location.origin.replace('http', 'ws') + '/api/v1/live', {
      streams: [stream],
      handlers: {
        state: message => view.state(message),
        tracks: message => view.tracks(message),
        clock: message => view.clock(message)
      }
    })
    view.start()
    // Registered after the view's own: what it drew for this very picture is known by then.
    const look = (nowMs, metadata) => {
      probe.readings = view.readings
      const code = drawn?.time && readCode(video, metadata)
      if (code !== undefined) probe.pictures.push({ code, ...drawn.time, origin: drawn.boxes.origin })
      video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
  }
  globalThis.publish = async stream => {
    const { publishCamera } = await import('/web/src/live/camera.js')
    const { media } = await publishCamera('/whip/' + stream, { width: 640, height: 360, frameRate: 30 })
    const preview = Object.assign(document.createElement('video'), { muted: true, srcObject: media })
    preview.play()
    const look = (nowMs, metadata) => {
      const code = readCode(preview, metadata)
      if (code !== undefined) probe.captured[code] = metadata.captureTime ?? metadata.expectedDisplayTime
      preview.requestVideoFrameCallback(look)
    }
    preview.requestVideoFrameCallback(look)
  }
`
