import { SightlineError } from '../../core/errors.ts'
import type { RelayedFormat } from '../stream-feed.ts'
import type { AnsweredPayload } from './answer.ts'
import { profileDistance } from './h264-units.ts'
import type { Offer, OfferedMedia, OfferedPayload } from './offer.ts'

/** What goes over WebRTC as it is. */
export const webrtcCodecs = ['h264', 'vp8', 'vp9', 'av1'] as const
export type WebrtcCodec = (typeof webrtcCodecs)[number]
/** What senders can send. No camera has AV1, and few pages have the time for it. */
export const receivable = ['h264', 'vp8', 'vp9'] as const
export type ReceivedCodec = (typeof receivable)[number]

/** The commonest profile, for a stream that nothing is known of yet; and what an offer without one means. */
const anyProfile = '42e01f'
const plainProfile = '420010'
const feedback = ['nack', 'nack pli', 'ccm fir']

export function isWebrtcCodec(codec: RelayedFormat['codec']): codec is WebrtcCodec {
  return (webrtcCodecs as readonly string[]).includes(codec)
}

/** The codec of an offered payload; undefined where it is none of ours, or packed in a way that is none of ours. */
export function codecOf({ codec, clockRate, parameters }: OfferedPayload): WebrtcCodec | undefined {
  if (clockRate !== 90_000) return undefined
  if (codec === 'H264') return parameters['packetization-mode'] === '1' ? 'h264' : undefined
  if (codec === 'VP9') return (parameters['profile-id'] ?? '0') === '0' ? 'vp9' : undefined
  if (codec === 'AV1') return (parameters.profile ?? '0') === '0' ? 'av1' : undefined
  return codec === 'VP8' ? 'vp8' : undefined
}

/** How well a payload suits a stream: the smaller the better, undefined where not at all. */
export function suitability(payload: OfferedPayload, codec: WebrtcCodec, profile: string | undefined) {
  if (codecOf(payload) !== codec) return undefined
  if (codec !== 'h264') return 0
  return profileDistance(payload.parameters['profile-level-id'] ?? plainProfile, profile ?? anyProfile)
}

/** The payload to send a stream with; undefined where the peer did not offer its codec. */
export function payloadFor(payloads: readonly AnsweredPayload[], codec: WebrtcCodec, profile: string | undefined) {
  const suited = payloads.flatMap(({ offered }) => {
    const distance = suitability(offered, codec, profile)
    return distance === undefined ? [] : [{ type: offered.type, distance }]
  })
  return suited.sort((a, b) => a.distance - b.distance)[0]?.type
}

/** The first video that can go the way that is asked for. @throws SL_OFFER_UNUSABLE where there is none */
export function offeredVideo({ media }: Offer, peerDoes: 'sends' | 'receives'): OfferedMedia {
  const wanted = peerDoes === 'sends' ? ['sendrecv', 'sendonly'] : ['sendrecv', 'recvonly']
  const video = media.find(({ kind, direction }) => kind === 'video' && wanted.includes(direction))
  if (!video) throw unusable(`it has no video that the peer ${peerDoes}`)
  if (!video.protocol.includes('SAVPF'))
    throw unusable(`its video comes over ${video.protocol} and not UDP/TLS/RTP/SAVPF`)
  return video
}

/** Everything that we can send and the peer can play, what suits the stream best before the others. */
export function payloadsToSend(
  video: OfferedMedia,
  now: { readonly codec: WebrtcCodec; readonly profile: string | undefined }
): readonly AnsweredPayload[] {
  const rank = (payload: OfferedPayload) =>
    suitability(payload, now.codec, now.profile) ?? 100 + webrtcCodecs.indexOf(codecOf(payload)!)
  return known(video)
    .sort((a, b) => rank(a) - rank(b))
    .map(offered => ({ offered, parameters: parametersOf(offered, now.profile), feedback }))
}

/** What the peer is to send: one codec, H.264 before others, as every viewer can play it. */
export function payloadToReceive(video: OfferedMedia): AnsweredPayload {
  const rank = (payload: OfferedPayload) =>
    100 * webrtcCodecs.indexOf(codecOf(payload)!) + suitability(payload, codecOf(payload)!, anyProfile)!
  const best = known(video, receivable).sort((a, b) => rank(a) - rank(b))[0]!
  return {
    offered: best,
    parameters: parametersOf(best, best.parameters['profile-level-id']),
    feedback: [...feedback, 'transport-cc']
  }
}

function known(video: OfferedMedia, codecs: readonly WebrtcCodec[] = webrtcCodecs): OfferedPayload[] {
  const payloads = video.payloads.filter(payload => codecs.some(codec => codec === codecOf(payload)))
  if (payloads.length === 0) throw unusable('it offers none of H.264 (packetization-mode=1), VP8 and VP9')
  return payloads
}

/** The profile has to be the one that was offered; the level is the stream's own, where its profile is that one. */
function parametersOf(payload: OfferedPayload, profile: string | undefined): string {
  const codec = codecOf(payload)
  if (codec === 'vp9') return 'profile-id=0'
  if (codec !== 'h264') return ''
  const offered = payload.parameters['profile-level-id'] ?? plainProfile
  const isSame = profile !== undefined && profileDistance(offered, profile) === 0
  const answered = isSame ? offered.slice(0, 4) + profile.slice(4) : offered
  return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${answered}`
}

export function unusable(why: string): SightlineError {
  return new SightlineError('SL_OFFER_UNUSABLE', `The offer cannot be answered: ${why}.`)
}
