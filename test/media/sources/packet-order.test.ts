import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  datagramPatience,
  noPatience,
  PacketOrder,
  type Patience
} from '../../../src/media/sources/rtsp/packet-order.ts'

const packet = (number: number) => ({
  ...{ payloadType: 96, marker: false, timestamp: 0, sender: 1, payload: Buffer.alloc(0) },
  number: number & 0xffff
})

/** Numbers as they come out, those after a gap negative; one packet a millisecond. */
function order(numbers: readonly number[], patience: Patience = datagramPatience, stepMs = 1) {
  const packets = new PacketOrder(patience)
  const out = numbers.flatMap((number, index) =>
    [...packets.take(packet(number), index * stepMs)].map(({ packet, gap }) => (gap ? -packet.number : packet.number))
  )
  return { out, lost: packets.lost }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('O1 what overtook waits for what it overtook', () => {
  deepStrictEqual(order([1, 3, 2, 4]), { out: [1, 2, 3, 4], lost: 0 })
})

test('O2 what comes twice comes out once', () => {
  deepStrictEqual(order([1, 2, 2, 1, 4, 4, 3, 3]).out, [1, 2, 3, 4])
})

test('O3 numbers wrap', () => {
  deepStrictEqual(order([65534, 0, 65535, 1]).out, [65534, 65535, 0, 1])
})

test('O4 a lost one is given up once too many wait', () => {
  const { out, lost } = order([1, ...range(3, 80)])
  deepStrictEqual([out[1], out.length, lost], [-3, 78, 1])
})

test('O5 or once one waited too long', () => {
  deepStrictEqual(order([1, 3, 4, 5, 6], datagramPatience, 40), { out: [1, -3, 4, 5, 6], lost: 1 })
})

test('O6 on a connection nothing waits', () => {
  deepStrictEqual(order([1, 3, 4], noPatience), { out: [1, -3, 4], lost: 1 })
})

test('O7 a leap is a new beginning', () => {
  deepStrictEqual(order([1, 2, 30_000, 30_001]), { out: [1, 2, -30_000, 30_001], lost: 0 })
})

test('O8 so are numbers in order that are long gone', () => {
  const { out } = order([...range(1000, 1100), ...range(500, 520)])
  deepStrictEqual(out.slice(100), [-507, ...range(508, 520)])
})

test('O9 a network that sends everything twice, late, is no new beginning', () => {
  const numbers = range(100, 200).flatMap(number => (number < 120 ? [number] : [number, number - 20]))
  deepStrictEqual(order(numbers), { out: range(100, 200), lost: 0 })
})

test('O10 whatever is shuffled, doubled and lost comes out in order, once, with each gap said', () => {
  const arrivals = fc
    .tuple(
      fc.integer({ min: 0, max: 0xffff }),
      fc.array(
        fc.record({ delay: fc.integer({ min: 0, max: 5 }), fate: fc.constantFrom('one', 'one', 'two', 'lost') }),
        {
          minLength: 1,
          maxLength: 200
        }
      )
    )
    .map(([start, packets]) => {
      const fates = packets.map((packet, index) => (index === 0 ? { delay: 0, fate: 'one' } : packet))
      const sent = fates.flatMap(({ delay, fate }, index) =>
        fate === 'lost'
          ? []
          : fate === 'two'
            ? [
                [index + delay, index],
                [index, index]
              ]
            : [[index + delay, index]]
      )
      const came = sent.toSorted(([a], [b]) => a! - b!).map(([, index]) => index!)
      return { start, came, first: came[0]! }
    })
    .filter(({ first }) => first === 0)
  fc.assert(
    fc.property(arrivals, ({ start, came }) => {
      // What still waits at the end comes out behind a long run of packets.
      const last = Math.max(...came)
      const { out } = order([...came, ...range(last + 1, last + 80)].map(index => start + index))
      const whole = [...new Set([...came, ...range(last + 1, last + 80)])].toSorted((a, b) => a - b)
      const numbers = out.map(Math.abs)
      deepStrictEqual(numbers, whole.map(index => (start + index) & 0xffff).slice(0, numbers.length))
      strictEqual(numbers.length, whole.length)
      for (const [place, index] of whole.entries())
        if (place > 0 && numbers[place] !== 0) strictEqual(out[place]! < 0, index !== whole[place - 1]! + 1)
    })
  )
})
