/** A page's script: shows streams by WHEP, and strokes the newest rectangles that the live socket told over each of their pictures. */
export const barePage = (streams: readonly string[]) => `(async () => {
  document.body.innerHTML = '<style>body { margin: 0; display: grid; grid-template-columns: repeat(4, 404px); gap: 16px } div { position: relative; height: 227px } div * { position: absolute; width: 404px; height: 227px }</style>'
  const newest = {}
  const live = new WebSocket(location.origin.replace('http', 'ws') + '/api/v1/live')
  live.onopen = () => live.send('{"type":"subscribe","kinds":["tracks"]}')
  live.onmessage = ({ data }) => {
    const message = JSON.parse(data)
    newest[message.stream] = message.tracks
  }
  for (const stream of ${JSON.stringify(streams)}) {
    const place = document.body.appendChild(document.createElement('div'))
    const video = place.appendChild(Object.assign(document.createElement('video'), { muted: true, autoplay: true }))
    const canvas = place.appendChild(Object.assign(document.createElement('canvas'), { width: 404, height: 227 }))
    const context = canvas.getContext('2d')
    context.strokeStyle = '#5eead4'
    context.lineWidth = 2
    const stroke = () => {
      context.clearRect(0, 0, 404, 227)
      for (const [, , , x, y, w, h] of newest[stream] ?? []) context.strokeRect(404 * x, 227 * y, 404 * w, 227 * h)
      video.requestVideoFrameCallback(stroke)
    }
    video.requestVideoFrameCallback(stroke)
    const connection = new RTCPeerConnection()
    video.srcObject = new MediaStream([connection.addTransceiver('video', { direction: 'recvonly' }).receiver.track])
    await connection.setLocalDescription()
    while (connection.iceGatheringState !== 'complete') await new Promise(resolve => connection.addEventListener('icegatheringstatechange', resolve, { once: true }))
    const answer = await fetch('/whep/' + stream, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: connection.localDescription.sdp })
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
  }
})()`
