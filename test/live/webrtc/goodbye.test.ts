import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { RTCPeerConnection } from 'werift'
import type { RelayedUnit } from '../../../src/live/stream-feed.ts'
import { isEnd, partAlerts, writeGoodbye } from '../../../src/live/webrtc/dtls-alert.ts'
import { goodbye } from '../../../src/live/webrtc/feedback.ts'
import { UdpPorts } from '../../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings } from '../../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../../src/live/webrtc/whep.ts'
import { Whip } from '../../../src/live/webrtc/whip.ts'
import { PlayedFeeds } from '../../support/played-feeds.ts'
import { ScriptedPushes } from '../../support/scripted-pushes.ts'
import { webrtcPublisher, webrtcViewer } from '../../support/webrtc-peer.ts'

const ports: [number, number] = [21_400, 21_449]
const settings = { ...defaultWebrtcSettings, ports }
const format = { codec: 'vp8', parameterSets: Buffer.alloc(0), width: 16, height: 16 } as const
const picture: RelayedUnit = { data: Buffer.alloc(100, 0x10), isKey: true, epoch: 1, ptsMs: 0, format }

/** A viewer that has got a packet, and what it hears of the end. */
async function watching() {
  const feeds = new PlayedFeeds('door')
  feeds.welcome = [picture]
  const endings: string[] = []
  const onEnded = (_session: unknown, reason: string) => endings.push(reason)
  const whep = new Whep({ feeds, settings, ports: new UdpPorts(ports, false), onEnded })
  const viewer = await webrtcViewer({ codec: 'VP8' })
  const { answer, session } = await whep.offer('door', viewer.offer)
  await viewer.take(answer)
  await viewer.until(packets => packets.length > 0)
  return {
    ...{ feeds, whep, viewer, session, endings, heard: heardBy(viewer.peer) },
    async [Symbol.asyncDispose]() {
      whep[Symbol.dispose]()
      await viewer[Symbol.asyncDispose]()
    }
  }
}

/** Wires of the other side: what comes, and the way back. */
const wireOf = (peer: RTCPeerConnection) => peer.iceTransports[0]!.connection
const dtlsOf = (peer: RTCPeerConnection) => peer.dtlsTransports[0]!

function heardBy(peer: RTCPeerConnection) {
  const heard = { alerts: [] as Buffer[], byes: [] as number[] }
  wireOf(peer).onData.subscribe(bytes => {
    if (bytes[0]! >= 20 && bytes[0]! <= 63) heard.alerts.push(...partAlerts(bytes).alerts)
    // A sender report, and the goodbye behind it.
    if (bytes[1] !== 200) return
    const packet = dtlsOf(peer).srtcp.decrypt(bytes)
    if (packet[29] === 203) heard.byes.push(packet.readUInt32BE(32))
  })
  return heard
}

/** Level and description, as they were protected. */
function read(record: Buffer, peer: RTCPeerConnection): number[] {
  const { cipher, sessionType } = dtlsOf(peer).dtls!.cipher
  const sequenceNumber = record.readUIntBE(5, 6)
  return [...cipher.decrypt(sessionType, record.subarray(13), { type: 21, version: 0xfefd, epoch: 1, sequenceNumber })]
}

const fatal = [2, 90]
const closeNotify = [1, 0]

for (const { rule, end, alert } of [
  { rule: 'Y1 a viewer that ends its session has its transport closed', end: 'delete', alert: closeNotify },
  { rule: 'Y2 a viewer whose stream is removed is told at once that it is lost', end: 'remove', alert: fatal },
  { rule: 'Y3 a viewer is told at once that the server stops', end: 'stop', alert: fatal },
  { rule: 'Y9 a viewer that may watch no longer is told so at once', end: 'cut', alert: fatal }
] as const) {
  test(rule, async () => {
    await using given = await watching()
    if (end === 'delete') given.whep.end(given.session)
    else if (end === 'cut') given.whep.end(given.session, 'us')
    else if (end === 'remove') given.feeds.remove('door')
    else given.whep[Symbol.dispose]()
    while (given.heard.alerts.length < 2 || given.heard.byes.length === 0) await delay(2)
    deepStrictEqual(read(given.heard.alerts[0]!, given.viewer.peer), alert)
    // The same record twice: what was encrypted under a number is never anything else.
    ok(given.heard.alerts[0]!.equals(given.heard.alerts[1]!))
    deepStrictEqual(given.heard.byes, [given.viewer.packets[0]!.header.ssrc])
    if (end === 'delete') strictEqual(dtlsOf(given.viewer.peer).state, 'closed')
  })
}

test('Y4 a viewer that closes its transport is gone at once', async () => {
  await using given = await watching()
  const { cipher } = dtlsOf(given.viewer.peer).dtls!
  await wireOf(given.viewer.peer).send(writeGoodbye(cipher, 'peer'))
  while (given.whep.size > 0) await delay(2)
  deepStrictEqual(given.endings, ['The peer ended the session'])
})

test('Y5 a viewer that says goodbye in RTCP is gone at once', async () => {
  await using given = await watching()
  const { peer } = given.viewer
  await wireOf(peer).send(dtlsOf(peer).srtcp.encrypt(goodbye(7)))
  while (given.whep.size > 0) await delay(2)
  deepStrictEqual(given.endings, ['The viewer said goodbye'])
})

test('Y6 an alert that anybody could have sent ends nothing', async () => {
  await using given = await watching()
  const plain = Buffer.from([21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, ...fatal])
  const made = Buffer.concat([Buffer.from([21, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 26]), Buffer.alloc(26, 1)])
  for (const record of [plain, made, plain.subarray(0, 5)]) await wireOf(given.viewer.peer).send(record)
  given.viewer.askForKey()
  while (given.feeds.keysWanted.length === 0) await delay(2)
  strictEqual(given.whep.size, 1)
})

test('Y7 a sender is told that the server stops', async () => {
  const pushed = new ScriptedPushes('phone')
  const whip = new Whip({ pushed, settings, ports: new UdpPorts(ports, false) })
  await using publisher = await webrtcPublisher({ codec: 'VP8' })
  const { answer } = await whip.offer('phone', publisher.offer, 'WHIP from a test')
  await publisher.take(answer)
  const heard = heardBy(publisher.peer)
  whip[Symbol.dispose]()
  while (heard.alerts.length === 0) await delay(2)
  deepStrictEqual(read(heard.alerts[0]!, publisher.peer), fatal)
})

test('Y8 before there are keys, a peer that gives up is believed', () => {
  const alert = (level: number, description: number) =>
    Buffer.from([21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, level, description])
  const [badCertificate, noRenegotiation] = [alert(2, 42), alert(1, 100)]
  deepStrictEqual(
    [badCertificate, noRenegotiation].map(record => isEnd(record, undefined)),
    [true, false]
  )
  const handshake = Buffer.from([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 8, 0, 1, 7])
  deepStrictEqual(partAlerts(Buffer.concat([handshake, badCertificate])), { alerts: [badCertificate], rest: handshake })
})
