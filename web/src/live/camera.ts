import { endSession, iceServersOf, offerSession, problemOf, SignallingError } from './signalling.ts'

/** Why there is no camera: a sentence for the person who wanted it. */
export class CameraError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'CameraError'
  }
}

export interface PublishedCamera {
  /** To be shown to whoever is filmed. */
  readonly media: MediaStream
  /** Resolves with why it ended, when it was not by `stop`. */
  readonly ended: Promise<string>
  stop(): void
}

/** Detectors see no more than this; a larger picture costs phones and servers for nothing. */
const wanted: MediaTrackConstraints = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 30 } }
/** Enough for that size; more makes phones hot. */
const mostBitsPerSecond = 2_500_000
const connectMs = 8000

/** Sends this device's camera to `url` by WHIP (RFC 9725) until it is stopped. Asks the person first. @throws CameraError */
export async function publishCamera(
  url: string,
  constraints: MediaTrackConstraints = wanted
): Promise<PublishedCamera> {
  const media = await openCamera(constraints)
  const stopMedia = () => {
    for (const track of media.getTracks()) track.stop()
  }
  const giveUp = AbortSignal.timeout(connectMs)
  const connection = new RTCPeerConnection({ iceServers: await iceServersOf(url, giveUp), bundlePolicy: 'max-bundle' })
  try {
    const track = media.getVideoTracks()[0]!
    const encodings = [{ maxBitrate: mostBitsPerSecond }]
    const { sender } = connection.addTransceiver(track, {
      direction: 'sendonly',
      streams: [media],
      sendEncodings: encodings
    })
    await keepSize(sender)
    const location = await offerSession(connection, url, giveUp)
    let isStopped = false
    const stop = () => {
      if (isStopped) return
      isStopped = true
      removeEventListener('pagehide', stop)
      stopMedia()
      endSession(location, connection)
    }
    addEventListener('pagehide', stop)
    const ended = new Promise<string>(resolve => {
      track.addEventListener('ended', () => resolve('The camera was taken away.'))
      connection.addEventListener('connectionstatechange', () => {
        const { connectionState } = connection
        if (connectionState === 'failed' || connectionState === 'closed') resolve('The connection was lost.')
      })
    })
    return { media, ended, stop }
  } catch (error) {
    stopMedia()
    connection.close()
    if (error instanceof SignallingError) throw new CameraError(await problemOf(error), error)
    throw new CameraError('The server could not be reached.', error)
  }
}

/** With each size that browsers try while they find out what the network takes, everybody in the picture would get another id. */
async function keepSize(sender: RTCRtpSender): Promise<void> {
  const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters()
  parameters.degradationPreference = 'maintain-resolution'
  await sender.setParameters(parameters).catch(() => {}) // Not every browser lets itself be told.
}

async function openCamera(video: MediaTrackConstraints): Promise<MediaStream> {
  if (!isSecureContext || !navigator.mediaDevices) {
    throw new CameraError(
      'Browsers give a camera to secure pages alone. Open this page as http://localhost on the machine itself, or start the server with --https and open its https:// address.'
    )
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video, audio: false })
  } catch (error) {
    throw new CameraError(sentences[(error as DOMException).name] ?? `The camera cannot be opened: ${error}.`, error)
  }
}

const sentences: Readonly<Record<string, string>> = {
  NotAllowedError:
    'You, or this browser’s settings, did not allow the camera. Allow it beside the address, and try again.',
  NotFoundError: 'This device has no camera that the browser knows of.',
  NotReadableError: 'The camera is in use by another program, or does not answer.',
  OverconstrainedError: 'The camera cannot do what was asked for.'
}
