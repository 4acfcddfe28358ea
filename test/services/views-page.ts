/** A page that plays a stream's fragments and notes every frame that it shows; or shows motion JPEG in an `<img>`. */
export const viewsPage = `<!doctype html>
<video id="video" muted playsinline></video>
<img id="picture">
<script>
  const seen = { frames: [], messages: [], errors: [], binary: 0 }
  const video = document.getElementById('video')
  video.onerror = () => seen.errors.push('video: ' + video.error.message)

  function play(stream) {
    const media = new MediaSource()
    const queue = []
    const offsets = []
    let buffer
    function work() {
      if (media.readyState !== 'open' || buffer?.updating || queue.length === 0) return
      const next = queue.shift()
      if (next.mime === undefined) buffer.appendBuffer(next)
      else if (!buffer) {
        buffer = media.addSourceBuffer(next.mime)
        buffer.onupdateend = () => {
          stayLive()
          work()
        }
        work()
      } else {
        buffer.changeType(next.mime)
        work()
      }
    }
    // A little faster or slower instead of a jump: a player that seeks where it receives may never arrive, and one that runs
    // dry waits for most of a second. The end of what is buffered
    // is further than the newest picture, by up to the time that one is said to last.
    function stayLive() {
      if (video.buffered.length === 0) return
      const restMs = (video.buffered.end(video.buffered.length - 1) - video.currentTime) * 1000
      if (video.paused && restMs > 250) video.play().catch(error => seen.errors.push('play: ' + error.message))
      video.playbackRate = restMs > 500 ? 1.5 : restMs > 200 ? 1.1 : restMs > 120 ? 1 : 0.9
    }
    media.onsourceopen = work
    video.src = URL.createObjectURL(media)
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/api/v1/streams/' + stream + '/video')
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }) => {
      if (typeof data !== 'string') {
        seen.binary++
        queue.push(data)
        return work()
      }
      const message = JSON.parse(data)
      seen.messages.push(message)
      if (message.type === 'init') queue.push({ mime: message.mime })
      if (message.ptsOffsetMs !== undefined) offsets.push(message)
    }
    const note = (now, { mediaTime, expectedDisplayTime }) => {
      const mediaMs = mediaTime * 1000
      const offset = offsets.findLast(({ fromMediaMs }) => fromMediaMs <= mediaMs + 0.5)
      const shownMs = performance.timeOrigin + expectedDisplayTime
      seen.frames.push({ epoch: offset.epoch, ptsMs: Math.round(mediaMs + offset.ptsOffsetMs), shownMs, width: video.videoWidth })
      video.requestVideoFrameCallback(note)
    }
    video.requestVideoFrameCallback(note)
  }
</script>`
