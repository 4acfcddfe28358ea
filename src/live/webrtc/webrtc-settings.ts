/** How peers reach this machine, and how many may. */
export interface WebrtcSettings {
  /** UDP ports for media, both ends included; a session takes one. */
  readonly ports: readonly [number, number]
  /** False binds to 127.0.0.1 and tells peers nothing else; true binds to all addresses of this machine. */
  readonly everywhere: boolean
  /** Names or addresses of the network interfaces that peers are told of; empty tells of all. */
  readonly interfaces: readonly string[]
  /** Addresses that a router forwards to this machine, port by port: told to peers beside its own. */
  readonly externalAddresses: readonly string[]
  /** `host:port` of a server to ask for this machine's address as seen from outside. None is asked by default. */
  readonly stunServer?: string
  /** Relay for when nothing else gets through. */
  readonly turnServer?: TurnServer
  /** STUN and TURN servers that clients of WHIP and WHEP are told to use, in the form of `RTCIceServer`. */
  readonly clientServers: readonly ClientServer[]
  readonly limits: WebrtcLimits
}

export interface TurnServer {
  /** `host:port` */
  readonly address: string
  readonly username: string
  readonly password: string
  readonly transport: 'udp' | 'tcp'
}

export interface ClientServer {
  /** `turn:example.org:3478?transport=udp` */
  readonly url: string
  readonly username?: string
  readonly credential?: string
}

export interface WebrtcLimits {
  /** Open sessions in all. Raise it together with the ports. */
  readonly sessions: number
  readonly sessionsOfStream: number
  /** From the offer to the first protected packet: raise it for peers that need their user for a permission. */
  readonly setupMs: number
  /** Without a sign of life from the peer. Raise it for networks that drop out for longer. */
  readonly silenceMs: number
}

export const defaultWebrtcSettings: WebrtcSettings = {
  ports: [8200, 8299],
  everywhere: false,
  interfaces: [],
  externalAddresses: [],
  clientServers: [],
  limits: { sessions: 100, sessionsOfStream: 50, setupMs: 15_000, silenceMs: 15_000 }
}

/** Of a description or a fragment of one. Browsers' offers for one video have about 6 KB. */
export const mostSdpBytes = 64 * 1024
/** Of a peer, all told. A machine with a dozen interfaces has about 40. */
export const mostCandidates = 100
