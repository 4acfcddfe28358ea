import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isGenuine,
  mappedPlace,
  readMappedPlace,
  readStun,
  stunAttributes,
  stunNumber,
  stunTypes,
  writeStun
} from '../../../src/live/webrtc/stun.ts'

/** The messages of RFC 5769 §2.1 to §2.3. */
const password = 'VOkJxbRl1RmTxUk/WvJxBt'
const transaction = 'b7e7a701bc34d686fa87dfae'
const request = Buffer.from(
  `000100582112a442${transaction}802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36` +
    '000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  'hex'
)
const answer = (mapped: string, length: string, digest: string, sum: string) =>
  Buffer.from(
    `0101${length}2112a442${transaction}8022000b7465737420766563746f7220${mapped}00080014${digest}80280004${sum}`,
    'hex'
  )
const answers = [
  {
    rule: 'W1 an IPv4 place is read as RFC 5769 has it',
    bytes: answer('002000080001a147e112a643', '003c', '2b91f599fd9e90c38c7489f92af9ba53f06be7d7', 'c07d4c96'),
    place: { address: '192.0.2.1', port: 32853 }
  },
  {
    rule: 'W2 an IPv6 place is read as RFC 5769 has it',
    bytes: answer(
      '002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9',
      '0048',
      'a382954e4be67bf11784c97c8292c275bfe3ed41',
      'c8fb0b4c'
    ),
    place: { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }
  }
]

for (const { rule, bytes, place } of answers) {
  test(rule, () => {
    const message = readStun(bytes)!
    deepStrictEqual([readMappedPlace(message), isGenuine(bytes, message, password)], [place, true])
  })
}

test('W3 a request is genuine with its password, and with no other', () => {
  const message = readStun(request)!
  equal(isGenuine(request, message, password), true)
  equal(isGenuine(request, message, `${password}x`), false)
  equal(stunNumber(message, stunAttributes.priority), 0x6e0001ff)
})

test('W4 a request that was changed on the way is not genuine', () => {
  const changed = Buffer.from(request)
  changed[45]! ^= 1
  equal(isGenuine(changed, readStun(changed)!, password), false)
})

test('W5 what we write is read again, with all that is in it', () => {
  const place = { address: '2001:db8::5', port: 8200 }
  const mapped = [stunAttributes.mappedPlace, mappedPlace(place, transaction)] as const
  const bytes = writeStun(stunTypes.success, transaction, [mapped], password)
  const message = readStun(bytes)!
  deepStrictEqual(readMappedPlace(message), { address: '2001:db8:0:0:0:0:0:5', port: 8200 })
  equal(isGenuine(bytes, message, password), true)
})

test('W6 no beginning of a message is taken for one', () => {
  for (let length = 0; length < request.length; length++) equal(readStun(request.subarray(0, length)), undefined)
})

test('W7 what comes behind the digest is not believed', () => {
  const late = Buffer.concat([request.subarray(0, -8), Buffer.from('00250000', 'hex')])
  late.writeUInt16BE(late.length - 20, 2)
  equal(readStun(late)!.attributes.has(stunAttributes.useCandidate), false)
})
