import { deepStrictEqual, doesNotThrow, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SightlineError } from '../../../src/core/errors.ts'
import { readCandidate } from '../../../src/live/webrtc/candidate.ts'
import { readOffer } from '../../../src/live/webrtc/offer.ts'
import { readFragment } from '../../../src/live/webrtc/trickle.ts'

const good = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=video 9 UDP/TLS/RTP/SAVPF 102',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=recvonly',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdabcdabcdabcdabcdabcd',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=004001',
  'a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host'
]
const text = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`
const candidates = (count: number) =>
  Array.from({ length: count }, (_, index) => `a=candidate:${index} 1 udp 1 192.0.2.7 ${1 + index} typ host`)

test('O1 an offer is read with its zeros', () => {
  const { ice, candidates: found, media } = readOffer(text(good))
  deepStrictEqual(
    [ice.username, found, media[0]!.direction],
    ['abcd', ['1 1 udp 2113937151 192.0.2.7 50000 typ host'], 'recvonly']
  )
  strictEqual(media[0]!.payloads[0]!.parameters['profile-level-id'], '004001')
})

const bad = [
  { rule: 'O2 nothing is no offer', sdp: '' },
  { rule: 'O3 junk is no offer', sdp: '\0'.repeat(1000) },
  { rule: 'O4 an offer of 1 MB is refused', sdp: `${text(good)}${`a=x:${'y'.repeat(60)}\r\n`.repeat(16_000)}` },
  { rule: 'O5 an offer of 1000 candidates is refused', sdp: text([...good, ...candidates(1000)]) },
  { rule: 'O6 an offer without media is refused', sdp: text(good.slice(0, 5)) },
  { rule: 'O7 an offer of 17 media is refused', sdp: text([...good, ...Array(16).fill('m=audio 9 RTP/AVP 0')]) },
  { rule: 'O8 an offer without a password is refused', sdp: text(good.filter(line => !line.includes('ice-pwd'))) },
  { rule: 'O9 an offer without a fingerprint is refused', sdp: text(good.filter(line => !line.includes('finger'))) },
  { rule: 'O10 an offer that waits for us is refused', sdp: text(good).replace('actpass', 'passive') },
  { rule: 'O11 an offer of ice-lite is refused', sdp: text(good).replace('t=0 0', 't=0 0\r\na=ice-lite') }
]
for (const { rule, sdp } of bad) {
  test(rule, () => {
    throws(() => readOffer(sdp), { code: 'SL_OFFER_INVALID' })
  })
}

test('O12 no offer, however broken, does more than be refused', () => {
  const lines = fc.shuffledSubarray(good, { minLength: 1 })
  const noise = fc.array(fc.oneof(fc.string(), fc.constantFrom('m=', 'a=rtpmap:', 'a=fmtp:x y', 'a=group:', 'm=video')))
  fc.assert(
    fc.property(lines, noise, (some, others) => {
      try {
        readOffer(text(['v=0', ...some, ...others]))
      } catch (error) {
        ok(error instanceof SightlineError && error.code === 'SL_OFFER_INVALID')
      }
    })
  )
})

test('O13 a fragment is bounded as an offer is', () => {
  doesNotThrow(() => readFragment(text(candidates(100))))
  throws(() => readFragment(text(candidates(101))), { code: 'SL_OFFER_INVALID' })
  throws(() => readFragment('a'.repeat(70_000)), { code: 'SL_OFFER_INVALID' })
  throws(() => readFragment(''), { code: 'SL_OFFER_INVALID' })
})

const candidateCases = [
  { line: '1 1 udp 2113937151 192.0.2.7 50000 typ host', place: { address: '192.0.2.7', port: 50_000 } },
  { line: 'a=candidate:1 1 UDP 1 2001:db8::1 5 typ relay', place: { address: '2001:db8::1', port: 5 } },
  { line: '1 1 tcp 1 192.0.2.7 9 typ host tcptype active', place: undefined },
  { line: '1 2 udp 1 192.0.2.7 50000 typ host', place: undefined },
  { line: '1 1 udp 1 3e2b5f5e-6a55-4d0c-8d75-1f3f7d4d9a10.local 50000 typ host', place: undefined },
  { line: '1 1 udp 1 example.org 50000 typ host', place: undefined },
  { line: '1 1 udp 1 192.0.2.7 0 typ host', place: undefined },
  { line: '1 1 udp 1 192.0.2.7 70000 typ host', place: undefined },
  { line: '', place: undefined }
]
test('O14 only addresses that can be sent to are tried, and no name is looked up', () => {
  for (const { line, place } of candidateCases) deepStrictEqual(readCandidate(line), place, line)
})
