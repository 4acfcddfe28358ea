import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RtpPacket } from 'werift'
import { inTime } from './in-time.ts'

export interface WebrtcPeerOptions {
  readonly codec?: 'H264' | 'VP8' | 'VP9'
  /** Of H.264: `42e01f`. */
  readonly profile?: string
  /** Leaves out that many percent of the packets that come, or go where it sends. */
  readonly lossPercent?: number
}

/** A browser's side of a connection, by werift: of our own there is nothing in it but DTLS and SRTP. */
export function webrtcPeer({ codec = 'H264', profile = '42e01f', lossPercent = 0 }: WebrtcPeerOptions = {}) {
  // werift has it that this many percent come through.
  const loss = lossPercent > 0 ? { inboundPacketLoss: 100 - lossPercent, outboundPacketLoss: 100 - lossPercent } : {}
  const peer = new RTCPeerConnection({
    codecs: { video: [codecParameters(codec, profile)], audio: [] },
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
    debug: loss
  })
  return peer
}

/** Offers with all candidates in it. */
export async function offerOf(peer: RTCPeerConnection): Promise<string> {
  // It asks a public server otherwise, whatever it was given.
  for (const { connection } of peer.iceTransports) connection.stunServer = undefined
  await peer.setLocalDescription(await peer.createOffer())
  return peer.localDescription!.sdp
}

export interface WebrtcViewer extends AsyncDisposable {
  readonly peer: RTCPeerConnection
  readonly offer: string
  /** Everything that came, in the order of coming. */
  readonly packets: readonly RtpPacket[]
  /** Resolves once so many packets came that `isEnough` says so. */
  until(isEnough: (packets: readonly RtpPacket[]) => boolean): Promise<void>
  /** Takes the answer; the connection is up some time later. */
  take(answer: string): Promise<void>
  askForKey(): void
}

/** Somebody who watches one video. */
export async function webrtcViewer(options: WebrtcPeerOptions = {}): Promise<WebrtcViewer> {
  const peer = webrtcPeer(options)
  const transceiver = peer.addTransceiver('video', { direction: 'recvonly' })
  const packets: RtpPacket[] = []
  const waiting = new Set<() => void>()
  let track: MediaStreamTrack | undefined
  peer.onTrack.subscribe(given => {
    track = given
    given.onReceiveRtp.subscribe(packet => {
      packets.push(packet)
      for (const look of waiting) look()
    })
  })
  return {
    peer,
    packets,
    offer: await offerOf(peer),
    take: answer => peer.setRemoteDescription({ type: 'answer', sdp: answer }),
    askForKey: () => void transceiver.receiver.sendRtcpPLI(track?.ssrc ?? 0),
    until(isEnough) {
      const enough = new Promise<void>(resolve => {
        const look = () => {
          if (!isEnough(packets)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
      return inTime('enough packets came', enough, 60_000)
    },
    [Symbol.asyncDispose]: () => peer.close()
  }
}

export interface WebrtcPublisher extends AsyncDisposable {
  readonly peer: RTCPeerConnection
  readonly offer: string
  /** Takes the answer. Resolves once media can flow. */
  take(answer: string): Promise<void>
  /** Sends one RTP packet, its payload type and source set as agreed. */
  send(packet: Buffer): void
  /** How often a key frame was asked for. */
  keysAsked(): number
}

/** Somebody who sends one video. */
export async function webrtcPublisher(options: WebrtcPeerOptions = {}): Promise<WebrtcPublisher> {
  const peer = webrtcPeer(options)
  const track = new MediaStreamTrack({ kind: 'video' })
  const { sender } = peer.addTransceiver(track, { direction: 'sendonly' })
  let keysAsked = 0
  sender.onPictureLossIndication.subscribe(() => keysAsked++)
  return {
    peer,
    offer: await offerOf(peer),
    async take(answer) {
      const connected = peer.connectionStateChange.watch(state => state === 'connected')
      await peer.setRemoteDescription({ type: 'answer', sdp: answer })
      await inTime('the publisher is connected', connected, 60_000)
    },
    send: packet => track.writeRtp(packet),
    keysAsked: () => keysAsked,
    [Symbol.asyncDispose]: () => peer.close()
  }
}

function codecParameters(codec: 'H264' | 'VP8' | 'VP9', profile: string): RTCRtpCodecParameters {
  const parameters =
    codec === 'H264' ? `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}` : undefined
  return new RTCRtpCodecParameters({
    mimeType: `video/${codec}`,
    clockRate: 90_000,
    payloadType: 102,
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
    ...(parameters && { parameters })
  })
}
