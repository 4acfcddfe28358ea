import { deepStrictEqual } from 'node:assert/strict'
import type { Socket } from 'node:dgram'
import { test } from 'node:test'
import { UdpWire } from '../../../src/live/webrtc/udp-wire.ts'

/** A socket in which so much waits for the network; whom it sent to. */
function wire(address: string) {
  const sent: string[] = []
  let waiting = 0
  const socket = {
    address: () => ({ address, port: 5000 }),
    on: () => socket,
    getSendQueueSize: () => waiting,
    send: (_bytes: Buffer, _port: number, to: string) => void sent.push(to),
    close: () => undefined
  }
  const open = new UdpWire(socket as unknown as Socket, () => undefined)
  return {
    sent,
    wire: open,
    sends: (to: string, queued = 0) => {
      waiting = queued
      open.send(Buffer.of(1), { address: to, port: 6000 })
    }
  }
}

test('UW1 what a network cannot take is lost instead of coming too late', () => {
  const { sent, sends } = wire('127.0.0.1')
  for (const queued of [0, 1 << 20, (1 << 20) + 1, 0]) sends('192.0.2.1', queued)
  deepStrictEqual(sent.length, 3)
})

test('UW2 it sends to addresses that it can reach, and to none once it is closed', () => {
  const four = wire('127.0.0.1')
  for (const to of ['192.0.2.1', '2001:db8::1']) four.sends(to)
  deepStrictEqual(four.sent, ['192.0.2.1'])
  const six = wire('::')
  for (const to of ['192.0.2.1', '2001:db8::1']) six.sends(to)
  six.wire.close()
  six.sends('192.0.2.1')
  deepStrictEqual(six.sent, ['::ffff:192.0.2.1', '2001:db8::1'])
})
