import type { IceCredentials } from './ice-agent.ts'
import type { Direction, Offer, OfferedMedia, OfferedPayload } from './offer.ts'
import type { Fingerprint } from './secure-transport.ts'

/** The one video that is taken up; everything else that was offered stays silent. */
export interface AnsweredVideo {
  readonly media: OfferedMedia
  readonly direction: Direction
  /** Those that are taken up, the best first. */
  readonly payloads: readonly AnsweredPayload[]
  readonly extensions: readonly { readonly id: number; readonly uri: string }[]
  /** Of what we send. */
  readonly source?: { readonly ssrc: number; readonly stream: string }
}

export interface AnsweredPayload {
  readonly offered: OfferedPayload
  /** `packetization-mode=1;…` */
  readonly parameters: string
  /** `nack pli` */
  readonly feedback: readonly string[]
}

export interface AnswerFacts {
  readonly offer: Offer
  readonly video: AnsweredVideo
  readonly ice: IceCredentials
  readonly fingerprint: Fingerprint
  readonly candidates: readonly string[]
}

/** Writes the answer to an offer (RFC 8829 §5.3). All candidates are in it: nothing trickles from here. */
export function writeAnswer(facts: AnswerFacts): string {
  const { offer, video } = facts
  const isShared = video.media.isBundled
  const taken = offer.media.filter(media => media === video.media || (isShared && isQuiet(media)))
  const group = isShared ? [`a=group:BUNDLE ${taken.map(({ mid }) => mid).join(' ')}`] : []
  const sections = offer.media.flatMap(media => {
    if (!taken.includes(media)) return rejected(media)
    const transport = transportLines(facts, media === taken[0])
    return media === video.media ? videoLines(video, transport) : quietLines(media, transport)
  })
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...group, 'a=msid-semantic: WMS *']
  return `${[...head, ...sections].join('\r\n')}\r\n`
}

/** Sound shares the transport, but carries nothing. */
function isQuiet({ kind, isBundled, payloads }: OfferedMedia): boolean {
  return kind === 'audio' && isBundled && payloads.length > 0
}

function transportLines({ ice, fingerprint, candidates }: AnswerFacts, isFirst: boolean): readonly string[] {
  return [
    `a=ice-ufrag:${ice.username}`,
    `a=ice-pwd:${ice.password}`,
    'a=ice-options:trickle',
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    'a=setup:passive',
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...(isFirst ? [...candidates.map(candidate => `a=candidate:${candidate}`), 'a=end-of-candidates'] : [])
  ]
}

function videoLines({ media, direction, payloads, extensions, source }: AnsweredVideo, transport: readonly string[]) {
  return [
    ...headLines(media, payloads.map(({ offered }) => offered.type).join(' ')),
    `a=${direction}`,
    ...transport,
    ...extensions.map(({ id, uri }) => `a=extmap:${id} ${uri}`),
    ...payloads.flatMap(({ offered: { type, codec, clockRate }, parameters, feedback }) => [
      `a=rtpmap:${type} ${codec}/${clockRate}`,
      ...(parameters ? [`a=fmtp:${type} ${parameters}`] : []),
      ...feedback.map(kind => `a=rtcp-fb:${type} ${kind}`)
    ]),
    ...(source ? [`a=msid:${source.stream} video`, `a=ssrc:${source.ssrc} cname:${source.stream}`] : [])
  ]
}

function quietLines(media: OfferedMedia, transport: readonly string[]) {
  const { type, codec, clockRate, channels } = media.payloads[0]!
  const rate = channels === undefined ? clockRate : `${clockRate}/${channels}`
  return [...headLines(media, String(type)), 'a=inactive', ...transport, `a=rtpmap:${type} ${codec}/${rate}`]
}

function headLines({ kind, protocol, mid }: OfferedMedia, payloads: string): readonly string[] {
  return [`m=${kind} 9 ${protocol} ${payloads}`, 'c=IN IP4 0.0.0.0', ...(mid === undefined ? [] : [`a=mid:${mid}`])]
}

function rejected({ kind, protocol, mid, payloads }: OfferedMedia): readonly string[] {
  const formats = kind === 'application' ? 'webrtc-datachannel' : String(payloads[0]?.type ?? 0)
  return [`m=${kind} 0 ${protocol} ${formats}`, 'c=IN IP4 0.0.0.0', ...(mid === undefined ? [] : [`a=mid:${mid}`])]
}
