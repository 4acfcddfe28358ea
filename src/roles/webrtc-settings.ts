import type { LiveSettings } from '../config/stream-settings.ts'
import { defaultWebrtcSettings, type WebrtcSettings } from '../live/webrtc/webrtc-settings.ts'

/** What the settings file says of WebRTC, as its adapter has it. `isOpen`: others than this machine may come. */
export function webrtcSettings(settings: LiveSettings['webrtc'] = {}, isOpen: boolean): WebrtcSettings {
  const { addresses = [], iceServers = [], interfaces = [] } = settings
  const { limits } = defaultWebrtcSettings
  const ports = settings.ports ?? defaultWebrtcSettings.ports
  // Browsers speak TURN over TLS, too; we do not.
  const turn = iceServers.find(({ urls, username, credential }) => urls.startsWith('turn:') && username && credential)
  const stun = iceServers.find(({ urls }) => urls.startsWith('stun:'))
  return {
    ...defaultWebrtcSettings,
    ports,
    interfaces,
    limits: { ...limits, sessions: ports[1] - ports[0] + 1 },
    everywhere: isOpen,
    externalAddresses: addresses,
    ...(stun && { stunServer: addressOf(stun.urls) }),
    ...(turn && {
      turnServer: {
        address: addressOf(turn.urls),
        username: turn.username ?? '',
        password: turn.credential ?? '',
        transport: turn.urls.includes('transport=tcp') ? 'tcp' : 'udp'
      }
    }),
    clientServers: iceServers.map(({ urls: url, username, credential }) => ({ url, username, credential }))
  }
}

function addressOf(url: string): string {
  return url.replace(/^[a-z]+:/, '').replace(/\?.*$/, '')
}
