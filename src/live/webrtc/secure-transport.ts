import { createHash, verify, X509Certificate } from 'node:crypto'
import {
  DtlsServer,
  keyLength,
  ProtectionProfileAeadAes128Gcm,
  ProtectionProfileAes128CmHmacSha1_80,
  type RTCCertificate,
  RTCDtlsTransport,
  RtpHeader,
  SrtcpSession,
  SrtpSession,
  saltLength
} from 'werift'
import { type EndedBy, isEnd, partAlerts, writeGoodbye } from './dtls-alert.ts'

export interface Fingerprint {
  /** `sha-256` */
  readonly algorithm: string
  /** Pairs of hexadecimal digits with colons. */
  readonly value: string
}

/** What a packet says of itself (RFC 3550 §5.1). */
export type RtpFields = Pick<RtpHeader, 'payloadType' | 'sequenceNumber' | 'timestamp' | 'marker' | 'ssrc'>

export interface SecureHandlers {
  /** Sends a datagram of the handshake. */
  send(bytes: Buffer): void
  /** Whatever is sent from now on is protected. */
  ready(): void
  rtp(packet: Buffer): void
  rtcp(packet: Buffer): void
  /** The handshake failed, or the peer ended it. */
  ended(reason: string): void
}

const profiles = [ProtectionProfileAeadAes128Gcm, ProtectionProfileAes128CmHmacSha1_80] as const
const certificateVerify = 15
const clientFlight = 5
/** By the first byte of a signature's algorithm (RFC 5246 §7.4.1.4.1). */
const hashes: Readonly<Record<number, string>> = { 2: 'sha1', 4: 'sha256', 5: 'sha384', 6: 'sha512' }
/** A handshake takes about 4 KB, and each of its parts may be lost and come again. */
const mostHandshakeBytes = 128 * 1024
/** Nobody says that it came: the same twice gets through where one in twenty is lost. */
const goodbyes = 2
const digests = new Set(['sha-256', 'sha-384', 'sha-512'])

/** The certificate of this process: peers know it by its fingerprint, which they are told over HTTP. */
export async function ownCertificate(): Promise<{ certificate: RTCCertificate; fingerprint: Fingerprint }> {
  const certificate = await RTCDtlsTransport.SetupCertificate()
  const { algorithm, value } = certificate.getFingerprints()[0]!
  return { certificate, fingerprint: { algorithm, value } }
}

/** The server's side of DTLS with SRTP (RFC 5763, RFC 5764), for whichever peer has the certificate it announced. */
export class SecureTransport {
  readonly #handlers: SecureHandlers
  readonly #fingerprints: readonly Fingerprint[]
  readonly #server: DtlsServer
  readonly #wire: { type: string; closed: boolean; onData: (data: Buffer, from: [string, number]) => void }
  #media: { readonly srtp: SrtpSession; readonly srtcp: SrtcpSession } | undefined
  /** Those of the handshake that was believed: whoever can send to this port can begin another. */
  #keys: DtlsServer['cipher'] | undefined
  #isEnded = false
  #handshakeBytes = 0

  constructor(certificate: RTCCertificate, fingerprints: readonly Fingerprint[], handlers: SecureHandlers) {
    this.#handlers = handlers
    this.#fingerprints = fingerprints
    const wire = {
      type: 'ice',
      closed: false,
      address: { address: '', family: '', port: 0 },
      onData: () => undefined,
      send: async (bytes: Buffer) => handlers.send(bytes),
      close: async () => undefined
    }
    this.#wire = wire
    this.#server = new DtlsServer({
      cert: certificate.certPem,
      key: certificate.privateKey,
      signatureHash: certificate.signatureHash,
      transport: wire,
      srtpProfiles: [...profiles],
      extendedMasterSecret: true,
      certificateRequest: true
    })
    this.#server.onConnect.subscribe(() => this.#connect())
    this.#server.onError.subscribe(error => this.#end(`The handshake failed: ${error?.message ?? error}`))
  }

  /** A datagram from the peer. What is neither DTLS nor protected by its keys is left out. */
  receive(bytes: Buffer): void {
    const first = bytes[0] ?? 0
    try {
      if (first >= 20 && first <= 63) this.#takeHandshake(bytes)
      else if (first >= 128 && first <= 191 && this.#media && bytes.length >= 12) this.#takeMedia(this.#media, bytes)
    } catch {
      // Whoever can send to this port can send nonsense.
    }
  }

  /** The packet as it goes out, to be sent now or again. */
  protect(header: RtpFields, payload: Buffer): Buffer | undefined {
    return this.#media?.srtp.encrypt(payload, new RtpHeader(header))
  }

  protectControl(packet: Buffer): Buffer | undefined {
    return this.#media?.srtcp.encrypt(packet)
  }

  /** Says goodbye, so that the peer knows at once what it would else find out by waiting. */
  close(endedBy: EndedBy): void {
    this.#isEnded = true
    const goodbye = this.#keys && writeGoodbye(this.#keys, endedBy)
    if (goodbye) for (let count = 0; count < goodbyes; count++) this.#handlers.send(goodbye)
    this.#keys = this.#media = undefined
    // Otherwise a handshake that was under way is tried again for half a minute.
    this.#server.dtls.flight = Number.MAX_SAFE_INTEGER
  }

  #takeHandshake(bytes: Buffer): void {
    this.#handshakeBytes += bytes.length
    if (this.#handshakeBytes > mostHandshakeBytes) this.#end('The peer does not come to an end of its handshake')
    else this.#takeRecords(bytes)
  }

  #takeRecords(bytes: Buffer): void {
    const { alerts, rest } = partAlerts(bytes)
    if (rest.length > 0) this.#wire.onData(rest, ['', 0])
    for (const alert of alerts) if (isEnd(alert, this.#keys)) this.#end('The peer ended the session')
  }

  #takeMedia({ srtp, srtcp }: { srtp: SrtpSession; srtcp: SrtcpSession }, bytes: Buffer): void {
    // RTCP's packet types are where RTP has its marker and payload type (RFC 5761 §4).
    if (bytes[1]! >= 192 && bytes[1]! <= 223) this.#handlers.rtcp(srtcp.decrypt(bytes))
    else this.#handlers.rtp(srtp.decrypt(bytes))
  }

  #connect(): void {
    // A peer that begins anew within the session is given no second chance to be somebody else.
    if (this.#media || this.#isEnded) return
    if (!this.#isAnnounced() || !this.#isSigned()) {
      this.#end('The peer is not the one that it announced')
      return
    }
    const profile = this.#server.srtp.srtpProfile
    if (!profile) {
      this.#end('The peer cannot protect its media')
      return
    }
    const { localKey, localSalt, remoteKey, remoteSalt } = this.#server.extractSessionKeys(
      keyLength(profile),
      saltLength(profile)
    )
    const keys = {
      localMasterKey: localKey,
      localMasterSalt: localSalt,
      remoteMasterKey: remoteKey,
      remoteMasterSalt: remoteSalt
    }
    this.#keys = this.#server.cipher
    this.#media = { srtp: new SrtpSession({ keys, profile }), srtcp: new SrtcpSession({ keys, profile }) }
    this.#handlers.ready()
  }

  #isAnnounced(): boolean {
    const certificate = this.#server.remoteCertificate
    if (!certificate) return false
    return this.#fingerprints.some(({ algorithm, value }) => {
      const name = algorithm.toLowerCase()
      if (!digests.has(name)) return false
      const digest = createHash(name.replace('-', '')).update(certificate).digest('hex')
      return digest === value.replaceAll(':', '').toLowerCase()
    })
  }

  /** Whether the peer has the certificate's key: it signs everything that was said before (RFC 5246 §7.4.8). */
  #isSigned(): boolean {
    const said = this.#server.dtls.handshakeCache
    const last = said[clientFlight]?.data.find(({ msg_type }) => msg_type === certificateVerify)
    if (!last) return false
    const before = Object.entries(said)
      .sort(([a], [b]) => Number(a) - Number(b))
      .filter(([flight]) => Number(flight) <= clientFlight)
      .flatMap(([, { data }]) => [...data].sort((a, b) => a.message_seq - b.message_seq))
      .filter(message => message !== last && message.message_seq !== undefined)
      .filter(message => !said[clientFlight]!.data.includes(message) || message.message_seq < last.message_seq)
    const hash = hashes[last.fragment[0] ?? 0]
    const signature = last.fragment.subarray(4, 4 + last.fragment.readUInt16BE(2))
    const { publicKey } = new X509Certificate(this.#server.remoteCertificate!)
    return verify(hash, Buffer.concat(before.map(message => message.serialize())), publicKey, signature)
  }

  #end(reason: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#handlers.ended(reason)
  }
}
