import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Packet } from '../../src/roles/streams/packet-channel.ts'
import { UnitRelay } from '../../src/roles/streams/unit-relay.ts'

const format = { codec: 'h264', parameterSets: Buffer.of(7) } as const
const facts = { epoch: 1, width: 64, height: 48, transcoded: undefined }

/** A relay and the media times that it sent; `*` behind those that said how they are encoded. */
function relay() {
  const channel = {
    isFull: false,
    sent: [] as string[],
    send: ({ ptsMs, format }: Packet) => void channel.sent.push(`${ptsMs}${format ? '*' : ''}`)
  }
  const units = new UnitRelay(channel, 'door', 'source')
  units.facts = facts
  let atMs = 0
  return {
    units,
    channel,
    /** `k`: a key frame, `.`: another picture. */
    comes: (kinds: string, bytes = 1) => {
      for (const kind of kinds) units.give({ data: Buffer.alloc(bytes), isKey: kind === 'k' }, (atMs += 40), format)
    },
    told: () => channel.sent.splice(0)
  }
}

test('UR1 while nobody watches nothing is sent; who begins gets what came since the last key frame at once', () => {
  const { units, comes, told } = relay()
  comes('k.k..')
  deepStrictEqual(told(), [])
  units.watch(true)
  deepStrictEqual(told(), ['120*', '160', '200'])
  comes('.')
  deepStrictEqual(told(), ['240'])
})

test('UR2 where main does not keep up everything is left out up to a key frame, which says again what it is', () => {
  const { units, channel, comes, told } = relay()
  units.watch(true)
  comes('k.')
  channel.isFull = true
  comes('.k')
  channel.isFull = false
  comes('..k.')
  deepStrictEqual(told(), ['40*', '80', '280*', '320'])
})

test('UR3 of a group that is too large nothing is kept: who begins waits for the next key frame', () => {
  const { units, comes, told } = relay()
  comes('k...', 1 << 20)
  units.watch(true)
  comes('.k')
  deepStrictEqual(told(), ['240*'])
})

test('UR4 before its first picture was decoded, and between connections, nothing is sent', () => {
  const { units, comes, told } = relay()
  units.facts = undefined
  units.watch(true)
  comes('k.')
  deepStrictEqual(told(), [])
  units.facts = facts
  deepStrictEqual(told(), ['40*', '80'])
  // Of a connection that has ended nothing is left.
  units.facts = undefined
  units.facts = { ...facts, epoch: 2 }
  deepStrictEqual(told(), [])
})
