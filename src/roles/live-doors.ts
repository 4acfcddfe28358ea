import type { FastifyInstance } from 'fastify'
import { appRoutes } from '../api/app-routes.ts'
import { liveRoutes } from '../api/live-routes.ts'
import { type MetricsSources, metricsRoutes } from '../api/metrics.ts'
import { pageRoutes } from '../api/page-routes.ts'
import type { Refusals } from '../api/refusals.ts'
import { viewRoutes } from '../api/view-routes.ts'
import type { WebSocketCounts } from '../api/web-sockets.ts'
import { webrtcRoutes } from '../api/webrtc-routes.ts'
import type { LiveSettings } from '../config/stream-settings.ts'
import { FrameDoor } from '../live/socket/frame-door.ts'
import type { LiveHub } from '../live/socket/hub.ts'
import { StreamViews } from '../live/views/stream-views.ts'
import { UdpPorts } from '../live/webrtc/udp-wire.ts'
import { Whep } from '../live/webrtc/whep.ts'
import { Whip } from '../live/webrtc/whip.ts'
import { FragmentMuxer } from '../media/fragments.ts'
import type { LiveStreams } from './streams/live-streams.ts'
import { webrtcSettings } from './webrtc-settings.ts'

export interface LiveDoorsOptions {
  readonly hub: LiveHub
  readonly streams: LiveStreams
  readonly webrtc: LiveSettings['webrtc']
  /** True where others than this machine may come: media is sent from all of its addresses then. */
  readonly isOpen: boolean
  readonly refusals: Refusals
}

/** What these doors count is added to what others tell. */
export type OtherFigures = Omit<
  MetricsSources,
  'streams' | 'live' | 'frames' | 'refusals' | 'sessions' | 'views' | 'sockets'
> & { readonly otherSockets: Readonly<Record<string, WebSocketCounts>> }

/** Every way in which somebody watches a stream, hears of it, or sends one. */
export class LiveDoors implements Disposable {
  readonly #options: LiveDoorsOptions
  readonly #frames: FrameDoor
  readonly #views: StreamViews
  readonly #whep: Whep
  readonly #whip: Whip

  constructor(options: LiveDoorsOptions) {
    const { hub, streams, webrtc, isOpen, refusals } = options
    this.#options = options
    this.#frames = new FrameDoor({ hub, pictures: streams, onRefused: code => refusals.note('frames', code) })
    this.#views = new StreamViews({
      feeds: streams,
      createMuxer: () => new FragmentMuxer(),
      onRefused: code => refusals.note('video', code)
    })
    const settings = webrtcSettings(webrtc, isOpen)
    const ports = new UdpPorts(settings.ports, isOpen)
    this.#whep = new Whep({
      feeds: streams,
      settings,
      ports,
      onClock: message => hub.clock(message),
      onEnded: ({ id }) => hub.sessionEnded(id)
    })
    this.#whip = new Whip({ pushed: streams, settings, ports })
  }

  /** Answers `SL_STREAM_UNKNOWN` until the streams have begun. @param readers who may read the figures */
  routes(
    server: FastifyInstance,
    { otherSockets, ...others }: OtherFigures,
    readers: Parameters<typeof metricsRoutes>[2]
  ): void {
    const { hub, streams, webrtc, isOpen, refusals } = this.#options
    const video = viewRoutes(server, { views: this.#views, refusals })
    const sockets = liveRoutes(server, { hub, frames: this.#frames })
    metricsRoutes(
      server,
      {
        ...others,
        streams: () => streams.figures(),
        live: () => hub.snapshot(),
        frames: () => this.#frames.counts,
        refusals,
        sessions: () => ({ whep: this.#whep.size, whip: this.#whip.size }),
        views: () => this.#views.counters,
        sockets: () => ({ ...sockets, ...otherSockets, video })
      },
      readers
    )
    pageRoutes(server)
    appRoutes(server)
    const { clientServers } = webrtcSettings(webrtc, isOpen)
    webrtcRoutes(server, { whep: this.#whep, whip: this.#whip, refusals, clientServers })
  }

  [Symbol.dispose](): void {
    this.#whep[Symbol.dispose]()
    this.#whip[Symbol.dispose]()
  }
}
