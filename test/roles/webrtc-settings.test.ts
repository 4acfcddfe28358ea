import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { webrtcSettings } from '../../src/roles/webrtc-settings.ts'

test('W1 unless told otherwise nobody is asked, and nothing but this machine is told of', () => {
  const settings = webrtcSettings(undefined, false)
  deepStrictEqual([settings.everywhere, settings.stunServer, settings.turnServer], [false, undefined, undefined])
  deepStrictEqual([settings.ports, settings.limits.sessions], [[8200, 8299], 100])
})

test('W2 there are as many sessions as ports', () => {
  equal(webrtcSettings({ ports: [9000, 9499] }, true).limits.sessions, 500)
})

test('W3 a relay is ours where we speak its language, and the browsers are told of all', () => {
  const turns = { urls: 'turns:relay.example:5349', username: 'a', credential: 'b' }
  const turn = { urls: 'turn:relay.example:3478?transport=tcp', username: 'a', credential: 'b' }
  const settings = webrtcSettings({ iceServers: [turns, turn, { urls: 'stun:stun.example:3478' }] }, true)
  deepStrictEqual(settings.turnServer, {
    address: 'relay.example:3478',
    username: 'a',
    password: 'b',
    transport: 'tcp'
  })
  equal(settings.stunServer, 'stun.example:3478')
  equal(settings.clientServers.length, 3)
})
