/// <reference lib="dom" />

declare global {
  interface Window {
    sessionLocation: string
  }
}

export interface ShownFrame {
  readonly rtpTimestamp: number
  /** What the picture itself shows. */
  readonly code: number
  /** Epoch milliseconds. */
  readonly shownAtMs: number
  readonly width: number
  readonly height: number
}

/** Runs in a page with one `<video>`: watches /whep/door for `count` frames, and reads the time code of each. */
export async function watchFrom({ count, bits }: { count: number; bits: number }) {
  const startMs = performance.now()
  const since = () => Math.round(performance.now() - startMs)
  const peer = new RTCPeerConnection()
  const video = document.querySelector('video')!
  const canvas = new OffscreenCanvas(bits, 2)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  let connectedMs = 0
  peer.addTransceiver('video', { direction: 'recvonly' })
  peer.addTransceiver('audio', { direction: 'recvonly' })
  peer.ontrack = ({ track }) => {
    if (track.kind === 'video') video.srcObject = new MediaStream([track])
  }
  peer.onconnectionstatechange = () => {
    if (peer.connectionState === 'connected') connectedMs ||= since()
  }
  await peer.setLocalDescription(await peer.createOffer())
  const headers = { 'content-type': 'application/sdp' }
  const answer = await fetch('/whep/door', { method: 'POST', headers, body: peer.localDescription!.sdp })
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  void video.play()
  const frames: ShownFrame[] = []
  let firstFrameMs = 0
  await new Promise<void>(resolve => {
    const look = (_now: number, facts: VideoFrameCallbackMetadata) => {
      firstFrameMs ||= since()
      context.drawImage(video, 0, 0, bits, 2)
      const { data } = context.getImageData(0, 0, bits, 1)
      const code = Array.from({ length: bits }, (_, bit) => (data[4 * bit]! > 127 ? 2 ** bit : 0))
      frames.push({
        rtpTimestamp: facts.rtpTimestamp ?? 0,
        code: code.reduce((sum, bit) => sum + bit),
        shownAtMs: performance.timeOrigin + facts.expectedDisplayTime,
        width: facts.width,
        height: facts.height
      })
      if (frames.length < count) video.requestVideoFrameCallback(look)
      else resolve()
    }
    video.requestVideoFrameCallback(look)
  })
  peer.close()
  await fetch(answer.headers.get('location')!, { method: 'DELETE' })
  return { frames, connectedMs, firstFrameMs }
}

/** Runs in a page: sends its camera to /whip/phone. */
export async function publishFrom(codec: string) {
  const media = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 }, audio: true })
  const startMs = performance.now()
  const peer = new RTCPeerConnection()
  for (const track of media.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly' })
    const known = RTCRtpSender.getCapabilities('video')!.codecs
    const wanted = known.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`)
    if (track.kind === 'video') transceiver.setCodecPreferences(wanted)
  }
  const connected = new Promise<void>(resolve => {
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'connected') resolve()
    }
  })
  await peer.setLocalDescription(await peer.createOffer())
  const headers = { 'content-type': 'application/sdp' }
  const answer = await fetch('/whip/phone', { method: 'POST', headers, body: peer.localDescription!.sdp })
  if (answer.status !== 201) return { status: answer.status, connectedMs: 0 }
  window.sessionLocation = answer.headers.get('location')!
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  await connected
  return { status: answer.status, connectedMs: Math.round(performance.now() - startMs) }
}
