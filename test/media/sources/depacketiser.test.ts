import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Depacketiser } from '../../../src/media/sources/rtsp/depacketiser.ts'
import { H264Depacketiser } from '../../../src/media/sources/rtsp/h264-depacketiser.ts'
import { H265Depacketiser } from '../../../src/media/sources/rtsp/h265-depacketiser.ts'
import { packetiseNal } from '../../support/packetise.ts'

type Codec = 'h264' | 'hevc'
/** NAL units by name; the byte behind the head says whether a slice is its picture's first. */
const named: Readonly<Record<Codec, Readonly<Record<string, Buffer>>>> = {
  h264: {
    aud: Buffer.from('0910', 'hex'),
    sei: Buffer.from('060501', 'hex'),
    sps: Buffer.from('6742001f', 'hex'),
    pps: Buffer.from('68ce3c80', 'hex'),
    idr: Buffer.from(`65${'88'.repeat(40)}`, 'hex'),
    p: Buffer.from(`41${'9a'.repeat(40)}`, 'hex'),
    p2: Buffer.from(`41${'1a'.repeat(40)}`, 'hex')
  },
  hevc: {
    aud: Buffer.from('460150', 'hex'),
    sei: Buffer.from('4e0105', 'hex'),
    vps: Buffer.from('40010c', 'hex'),
    sps: Buffer.from('420101', 'hex'),
    pps: Buffer.from('4401c0', 'hex'),
    idr: Buffer.from(`2601${'af'.repeat(40)}`, 'hex'),
    p: Buffer.from(`0201${'d0'.repeat(40)}`, 'hex'),
    p2: Buffer.from(`0201${'50'.repeat(40)}`, 'hex')
  }
}
const make = { h264: () => new H264Depacketiser(), hevc: () => new H265Depacketiser() }

/**
 * Packets as words: `idr@1!` is a unit at time 1 with the marker, `idr/3` the first of its fragments, `idr/3.1` the
 * second, `?` a loss. Pictures come out as `K 1 sps pps idr`, by the names of what is in them.
 */
function play(codec: Codec, words: string): string[] {
  const depacketiser = make[codec]()
  const out: string[] = []
  for (const word of words.split(' ')) {
    if (word === '?') {
      depacketiser.lose()
      continue
    }
    const [, name, pieces, piece = '0', time, marker] = /^(\w+)(?:\/(\d))?(?:\.(\d))?@(\d)(!?)$/.exec(word)!
    const unit = named[codec][name!]!
    const payload = pieces
      ? packetiseNal(codec, [unit], { most: Math.ceil(unit.length / Number(pieces)) })[Number(piece)]!.payload
      : unit
    out.push(...describe(codec, depacketiser.take(payload, Number(time), marker === '!')))
  }
  return out
}

function describe(codec: Codec, pictures: ReturnType<Depacketiser['take']>): string[] {
  return pictures.map(({ data, isKey, timestamp }) => {
    const units = data.toString('hex').split('00000001').slice(1)
    const names = units.map(
      hex => Object.entries(named[codec]).find(([, bytes]) => bytes.toString('hex') === hex)?.[0] ?? '???'
    )
    return `${isKey ? 'K' : '-'} ${timestamp} ${names.join(' ')}`
  })
}

for (const codec of ['h264', 'hevc'] as const) {
  for (const { rule, words, pictures } of [
    { rule: 'N1 the marker ends a picture', words: 'sps@1 pps@1 idr@1! p@2!', pictures: ['K 1 sps pps idr', '- 2 p'] },
    { rule: 'N2 without markers the next time does', words: 'idr@1 p@2 p@3', pictures: ['K 1 idr', '- 2 p'] },
    { rule: 'N3 fragments become one unit', words: 'idr/3@1 idr/3.1@1 idr/3.2@1!', pictures: ['K 1 idr'] },
    { rule: 'N4 a fragment lost inside leaves the picture out', words: 'p/3@1 ? p/3.2@1! p@2!', pictures: ['- 2 p'] },
    {
      rule: 'N5 a first fragment lost leaves it out',
      words: 'p@1! ? p/3.1@2 p/3.2@2! p@3!',
      pictures: ['- 1 p', '- 3 p']
    },
    { rule: 'N6 a last fragment lost leaves it out', words: 'p/3@1 p/3.1@1 ? p@2!', pictures: ['- 2 p'] },
    { rule: 'N7 a loss between whole pictures costs none', words: 'p@1! ? p@3!', pictures: ['- 1 p', '- 3 p'] },
    { rule: 'N8 a first slice lost leaves the picture out', words: 'p@1! ? p2@2! p@3!', pictures: ['- 1 p', '- 3 p'] },
    { rule: 'N9 a second slice lost leaves it out', words: 'p@1 ? p@2 p2@2!', pictures: ['- 2 p p2'] },
    { rule: 'N10 several slices are one picture', words: 'p@1 p2@1 p2@1!', pictures: ['- 1 p p2 p2'] },
    { rule: 'N11 a delimiter or message alone is no picture', words: 'aud@1! sei@1! sei@2!', pictures: [] },
    {
      rule: 'N12 marked parameter sets stay with their picture',
      words: 'sps@1! pps@1! idr@1!',
      pictures: ['K 1 sps pps idr']
    },
    {
      rule: 'N13 so do those with a time of their own',
      words: 'p@1! sps@1! pps@2! idr@3!',
      pictures: ['- 1 p', 'K 3 sps pps idr']
    },
    { rule: 'N14 parameter sets after a loss stay', words: '? sps@1 pps@1 idr@1!', pictures: ['K 1 sps pps idr'] },
    { rule: 'N15 picture parameters alone make no key', words: 'pps@1 p@1!', pictures: ['- 1 pps p'] }
  ]) {
    test(`${codec} ${rule}`, () => deepStrictEqual(play(codec, words), pictures))
  }

  test(`${codec} N16 whatever is packetised comes out the same`, () => {
    const head = fc.constantFrom(...Object.values(named[codec]))
    const unit = fc
      .tuple(head, fc.uint8Array({ minLength: 1, maxLength: 300 }))
      .map(([known, tail]) => Buffer.concat([known, Buffer.from(tail)]))
    const picture = fc
      .tuple(fc.array(unit, { maxLength: 4 }), fc.uint8Array({ minLength: 4, maxLength: 3000 }))
      .map(([before, tail]) => [...before, Buffer.concat([named[codec].p!, Buffer.from(tail)])])
    const shape = fc.record({ most: fc.integer({ min: 20, max: 1400 }), aggregate: fc.boolean() })
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 6 }), shape, (pictures, how) => {
        const depacketiser = make[codec]()
        const out = pictures.flatMap((units, time) =>
          packetiseNal(codec, units, how).flatMap(({ payload, marker }) => depacketiser.take(payload, time, marker))
        )
        deepStrictEqual(
          out.map(({ data, timestamp }) => [timestamp, data.toString('hex')]),
          pictures.map((units, time) => [time, units.map(bytes => `00000001${bytes.toString('hex')}`).join('')])
        )
      }),
      { numRuns: 200 }
    )
  })

  test(`${codec} N17 any bytes are taken, and picture by picture what was given is not exceeded`, () => {
    const packet = fc.tuple(
      fc.uint8Array({ maxLength: 40 }),
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      fc.boolean()
    )
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 40 }), packets => {
        const depacketiser = make[codec]()
        let [given, taken] = [0, 0]
        for (const [bytes, time, marker, isLost] of packets) {
          if (isLost) depacketiser.lose()
          given += bytes.length
          for (const { data } of depacketiser.take(Buffer.from(bytes), time, marker)) taken += data.length
        }
        // A unit of one byte gets a start code of four, and may come in three.
        return taken <= 5 * given
      })
    )
  })

  test(`${codec} N18 a picture that never ends is refused`, () => {
    const depacketiser = make[codec]()
    const [payload] = packetiseNal(codec, [Buffer.concat([named[codec].p!, Buffer.alloc(60_000)])], { most: 50_000 })
    const middle = Buffer.from(payload!.payload)
    depacketiser.take(middle, 1, false)
    middle[codec === 'h264' ? 1 : 2]! &= 0x3f
    throws(
      () => {
        for (;;) depacketiser.take(middle, 1, false)
      },
      (error: Error & { code?: string }) => error.code === 'SL_INPUT_DAMAGED'
    )
  })
}

for (const { rule, units, most } of [
  { rule: 'N19 decoding may begin at a recovery point', units: ['060601c480', '419a9a'] },
  { rule: 'N20 so it may where that is one message of several', units: ['0605021234' + '0601c480', '419a9a'] },
  { rule: 'N21 and where it comes in fragments', units: [`060601c405${'20'}${'ab'.repeat(32)}80`, '419a9a'], most: 20 }
]) {
  test(rule, () => {
    for (const aggregate of [false, true]) {
      const depacketiser = new H264Depacketiser()
      const bytes = units.map(unit => Buffer.from(unit, 'hex'))
      const packets = [...packetiseNal('h264', bytes, { most, aggregate }), { payload: bytes[1]!, marker: true }]
      const out = packets.flatMap(({ payload, marker }, at) =>
        depacketiser.take(payload, at === packets.length - 1 ? 2 : 1, marker)
      )
      deepStrictEqual(
        out.map(({ isKey, timestamp }) => [isKey, timestamp]),
        [
          [true, 1],
          [false, 2]
        ]
      )
    }
  })
}

/** Parameter sets and slices as some cameras send them: as if they were one unit of parameters. */
function glued(mark: string, ...names: string[]): Buffer {
  return Buffer.from(names.map(name => named.h264[name]!.toString('hex')).join(mark), 'hex')
}

for (const { rule, sent, pictures } of [
  {
    rule: 'N22 units that are sent as one end with the marker',
    sent: [[glued('00000001', 'sps', 'pps', 'idr')], [named.h264.p!], [named.h264.p!]],
    pictures: ['K 0 sps pps idr', '- 1 p', '- 2 p']
  },
  {
    rule: 'N23 so they do time and again',
    sent: [[glued('00000001', 'sps', 'pps', 'idr')], [glued('00000001', 'sps', 'pps', 'idr')], [named.h264.p!]],
    pictures: ['K 0 sps pps idr', 'K 1 sps pps idr', '- 2 p']
  },
  {
    rule: 'N24 parameter sets that are sent as one go with their picture',
    sent: [[glued('00000001', 'sps', 'pps'), named.h264.idr!], [named.h264.p!]],
    pictures: ['K 0 sps pps idr', '- 1 p']
  }
]) {
  // From all in one packet to pieces that cut every start code.
  for (const most of [1200, 30, 7, 5, 4, 3, 2, 1])
    test(`${rule}, in packets of ${most} bytes`, () => {
      const depacketiser = new H264Depacketiser()
      const out = sent.flatMap((units, time) =>
        packetiseNal('h264', units, { most }).flatMap(({ payload, marker }) => depacketiser.take(payload, time, marker))
      )
      deepStrictEqual(describe('h264', out), pictures)
    })
}

test('N25 a packet lost within units that are sent as one leaves their picture out, and that one alone', () => {
  const packets = packetiseNal('h264', [glued('000001', 'sps', 'pps', 'idr')], { most: 8 })
  for (let lost = 0; lost < packets.length; lost++) {
    const depacketiser = new H264Depacketiser()
    const out = packets.flatMap(({ payload, marker }, at) => {
      if (at === lost) depacketiser.lose()
      return at === lost ? [] : depacketiser.take(payload, 1, marker)
    })
    out.push(...depacketiser.take(named.h264.p!, 2, true), ...depacketiser.take(named.h264.p!, 3, true))
    deepStrictEqual([describe('h264', out), depacketiser.lostKeys], [['- 2 p', '- 3 p'], 1], `packet ${lost}`)
  }
})

test('N26 a slice is what follows a start code, and not what looks like one', () => {
  const depacketiser = new H264Depacketiser()
  const sps = Buffer.from('6742001f6588000003000001', 'hex')
  deepStrictEqual(depacketiser.take(sps, 1, true), [])
  const out = depacketiser.take(named.h264.idr!, 1, true)
  deepStrictEqual(
    out.map(({ isKey }) => isKey),
    [true]
  )
})
