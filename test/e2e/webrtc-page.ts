import type { Page } from 'playwright-core'

export interface ShownFrame {
  readonly rtpTimestamp: number
  /** What the picture itself shows. */
  readonly code: number
  /** Epoch milliseconds. */
  readonly shownAtMs: number
  readonly width: number
  readonly height: number
}

export interface Watched {
  readonly frames: readonly ShownFrame[]
  readonly connectedMs: number
  readonly firstFrameMs: number
}

/** Watches /whep/door for `count` frames, and reads the time code of each; fails after two minutes. The page is `webrtcPage`. */
export function watchOn(page: Page, count: number, bits: number): Promise<Watched> {
  return page.evaluate(`Promise.race([watch(${count}, ${bits}), tooLate(120_000)])`)
}

/** Sends the page's camera to /whip/phone; where it was taken, until `endOn`. */
export function publishOn(
  page: Page,
  codec: string
): Promise<{ readonly status: number; readonly connectedMs: number }> {
  return page.evaluate(`publish('${codec}')`)
}

export function endOn(page: Page): Promise<void> {
  return page.evaluate('end()')
}

/** Watches /whep/door until the other side or `hangUp` ends it. */
export function stayOn(page: Page): Promise<void> {
  return page.evaluate('stay()')
}

/** Resolves with how the page's connection and its transport are, once the transport is not connected any more. */
export function toldOn(page: Page): Promise<{ readonly connection: string; readonly transport: string }> {
  return page.evaluate('told()')
}

/** The page closes its connection without a word over HTTP. */
export function hangUp(page: Page): Promise<void> {
  return page.evaluate('staying.close()')
}

/** What `watchOn` and the others find in the page. */
export const webrtcPage = `<!doctype html>
<video muted playsinline></video>
<script>
  const headers = { 'content-type': 'application/sdp' }
  let place

  async function connect(peer, path) {
    await peer.setLocalDescription(await peer.createOffer())
    const answer = await fetch(path, { method: 'POST', headers, body: peer.localDescription.sdp })
    place = answer.headers.get('location')
    if (answer.ok) await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
    return answer.status
  }

  const end = async () => void (await fetch(place, { method: 'DELETE' }))

  // A page that waits for ever keeps its browser, and that keeps the test's program.
  const tooLate = ms => new Promise((_, reject) => setTimeout(() => reject(new Error('Too few pictures came.')), ms))

  const connected = peer => new Promise(resolve => {
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'connected') resolve()
    }
  })

  async function watch(count, bits) {
    const startMs = performance.now()
    const since = () => Math.round(performance.now() - startMs)
    const peer = new RTCPeerConnection()
    const video = document.querySelector('video')
    const context = new OffscreenCanvas(bits, 2).getContext('2d', { willReadFrequently: true })
    let connectedMs = 0
    let firstFrameMs = 0
    peer.addTransceiver('video', { direction: 'recvonly' })
    peer.addTransceiver('audio', { direction: 'recvonly' })
    peer.ontrack = ({ track }) => {
      if (track.kind === 'video') video.srcObject = new MediaStream([track])
    }
    connected(peer).then(() => (connectedMs = since()))
    await connect(peer, '/whep/door')
    video.play()
    const frames = []
    await new Promise(resolve => {
      const look = (now, { rtpTimestamp, mediaTime, expectedDisplayTime, width, height }) => {
        firstFrameMs ||= since()
        // The first call may come before the element has its picture to give.
        if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return video.requestVideoFrameCallback(look)
        const picture = new VideoFrame(video)
        // A callback that runs late finds the next picture, which says nothing of this one's time.
        const isOfThisCall = Math.abs(picture.timestamp - mediaTime * 1e6) < 2
        context.drawImage(picture, 0, 0, bits, 2)
        picture.close()
        const { data } = context.getImageData(0, 0, bits, 1)
        let code = 0
        for (let bit = 0; bit < bits; bit++) if (data[4 * bit] > 127) code += 2 ** bit
        if (isOfThisCall)
          frames.push({ rtpTimestamp, code, shownAtMs: performance.timeOrigin + expectedDisplayTime, width, height })
        if (frames.length < count) video.requestVideoFrameCallback(look)
        else resolve()
      }
      video.requestVideoFrameCallback(look)
    })
    peer.close()
    await end()
    return { frames, connectedMs, firstFrameMs }
  }

  let staying

  async function stay() {
    staying = new RTCPeerConnection()
    staying.addTransceiver('video', { direction: 'recvonly' })
    const up = connected(staying)
    await connect(staying, '/whep/door')
    await up
  }

  const told = () => new Promise(resolve => {
    const { transport } = staying.getReceivers()[0]
    const look = () => {
      if (transport.state === 'connected') return
      // The transport's state is said first, the connection's right after.
      setTimeout(() => resolve({ connection: staying.connectionState, transport: transport.state }), 100)
    }
    transport.onstatechange = look
    look()
  })

  async function publish(codec) {
    const media = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 }, audio: true })
    const startMs = performance.now()
    const peer = new RTCPeerConnection()
    const known = RTCRtpSender.getCapabilities('video').codecs
    for (const track of media.getTracks()) {
      const transceiver = peer.addTransceiver(track, { direction: 'sendonly' })
      const wanted = known.filter(({ mimeType }) => mimeType.toLowerCase() === 'video/' + codec)
      if (track.kind === 'video') transceiver.setCodecPreferences(wanted)
    }
    const up = connected(peer)
    const status = await connect(peer, '/whip/phone')
    if (status === 201) await up
    return { status, connectedMs: Math.round(performance.now() - startMs) }
  }
</script>`
