import { untilConnected } from './connected.ts'
import { endSession, iceServersOf, offerSession, problemOf, SignallingError } from './signalling.ts'
import { ViewError } from './view-error.ts'

export interface WhepViewing {
  /** As the `clock` of the live socket calls it. */
  readonly session: string
  readonly receiver: RTCRtpReceiver
  /** Resolves with why it ended, when it was not by `close`. */
  readonly ended: Promise<string>
  close(): void
}

/** Networks change, and come back. */
const lostMs = 4000

/** Shows a stream in `video` over WebRTC. @throws ViewError, and what `signal` was aborted with */
export async function viewWhep(url: string, video: HTMLVideoElement, signal: AbortSignal): Promise<WhepViewing> {
  if (typeof RTCPeerConnection === 'undefined') throw new ViewError('This browser has no WebRTC.', { isClosed: true })
  const connection = new RTCPeerConnection({ iceServers: await iceServersOf(url, signal), bundlePolicy: 'max-bundle' })
  let location: string | undefined
  const close = () => {
    removeEventListener('pagehide', close)
    if (location === undefined) connection.close()
    else endSession(location, connection)
    location = undefined
  }
  addEventListener('pagehide', close)
  try {
    const { receiver } = connection.addTransceiver('video', { direction: 'recvonly' })
    video.srcObject = new MediaStream([receiver.track])
    location = await offerSession(connection, url, signal)
    await untilConnected(connection, signal)
    void video.play().catch(() => {}) // Refused while the page is hidden; goes on by itself once it is not.
    const session = location.slice(location.lastIndexOf('/') + 1)
    const ended = lost(connection).then(reason => {
      location = undefined // The server has noticed, or does before long.
      return reason
    })
    return { session, receiver, ended, close }
  } catch (error) {
    close()
    if (error instanceof SignallingError) throw new ViewError(await problemOf(error), { isFinal: error.status === 404 })
    throw error
  }
}

function lost(connection: RTCPeerConnection): Promise<string> {
  return new Promise(resolve => {
    let timer: ReturnType<typeof setTimeout> | undefined
    connection.addEventListener('connectionstatechange', () => {
      const { connectionState } = connection
      clearTimeout(timer)
      if (connectionState === 'failed' || connectionState === 'closed') resolve('The connection was lost.')
      if (connectionState === 'disconnected') timer = setTimeout(() => resolve('The connection was lost.'), lostMs)
    })
  })
}
