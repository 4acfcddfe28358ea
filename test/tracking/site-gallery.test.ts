import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dot, normalise, packLook, unpackLook } from '../../src/tracking/packed-look.ts'
import { type SeenTrack, SiteGallery, type SiteGalleryOptions } from '../../src/tracking/site-gallery.ts'
import { isPlausible, type Stay, type TravelRule, travelTable } from '../../src/tracking/travel.ts'

/** Somebody by their looks, whom nobody else resembles. */
function look(person: number, nth = 0): Float32Array {
  const vector = new Float32Array(16)
  vector[person] = 1
  vector[15] = nth / 10
  normalise(vector)
  return vector
}

const minute = 60_000
const seen = (
  stream: string,
  fromMs: number,
  toMs: number,
  person: number,
  more: Partial<SeenTrack> = {}
): SeenTrack => ({
  ...{ stream, fromMs, toMs, label: 'person', model: 'm', look: look(person, fromMs % 3) },
  ...more
})

interface Given extends Partial<Omit<SiteGalleryOptions, 'travel'>> {
  readonly travel?: readonly TravelRule[]
}
function gallery({ travel = [], ...more }: Given = {}): SiteGallery {
  let last = 0
  return new SiteGallery({
    options: () => ({ maxDistance: 0.25, keepMs: 30 * minute }),
    travel: travelTable(travel),
    newIdentity: () => `p${++last}`,
    ...more
  })
}
const one = (site: SiteGallery, track: SeenTrack) => site.place([track])[0]

test('G1 somebody who is seen by one camera and then by another is one person, and another is another', () => {
  const site = gallery()
  deepStrictEqual(
    [
      one(site, seen('door', 0, 5000, 1)),
      one(site, seen('door', 1000, 6000, 2)),
      one(site, seen('yard', 9000, 12_000, 2)),
      one(site, seen('yard', 9500, 12_000, 1)),
      one(site, seen('yard', 20_000, 22_000, 3))
    ],
    ['p1', 'p2', 'p2', 'p1', 'p3']
  )
})

test('G2 nobody is in two pictures at once, unless their cameras see the same place', () => {
  const both = [seen('door', 0, 10_000, 1), seen('yard', 4000, 14_000, 1)]
  deepStrictEqual(gallery().place(both), ['p1', 'p2'])
  deepStrictEqual(gallery({ travel: [{ from: 'yard', to: 'door', overlaps: true }] }).place(both), ['p1', 'p1'])
})

test('G3 nobody is twice in one picture, though it be said to overlap', () => {
  const site = gallery({ travel: [{ from: 'door', to: 'door', overlaps: true }] })
  deepStrictEqual(site.place([seen('door', 0, 9000, 1), seen('door', 3000, 6000, 1)]), ['p1', 'p2'])
  strictEqual(one(site, seen('door', 8000, 12_000, 1)), 'p2')
  strictEqual(one(site, seen('door', 8500, 12_500, 1)), 'p3')
})

const ways: readonly { readonly rule: string; readonly wayMs: number; readonly isSame: boolean }[] = [
  { rule: 'G4 who would have had to fly is somebody else', wayMs: 5000, isSame: false },
  { rule: 'G4 who took as long as it takes is the same', wayMs: 12_000, isSame: true },
  { rule: 'G4 clocks of cameras may be a second apart', wayMs: 9100, isSame: true },
  { rule: 'G4 who took longer than anybody does is somebody else', wayMs: 90_000, isSame: false }
]
for (const { rule, wayMs, isSame } of ways)
  for (const [there, back] of [
    ['door', 'yard'],
    ['yard', 'door']
  ] as const)
    test(`${rule}, from ${there} to ${back}`, () => {
      const site = gallery({ travel: [{ from: 'door', to: 'yard', minMs: 10_000, maxMs: minute }] })
      const places = [one(site, seen(there, 0, 1000, 1)), one(site, seen(back, 1000 + wayMs, 200_000, 1))]
      strictEqual(places[0] === places[1], isSame)
    })

test('G5 who was gone for longer than keepMs is somebody else, also in the same stream', () => {
  const site = gallery()
  one(site, seen('door', 0, 1000, 1))
  strictEqual(one(site, seen('door', 29 * minute, 29 * minute + 1, 1)), 'p1')
  strictEqual(one(site, seen('door', 60 * minute, 61 * minute, 1)), 'p2')
})

test('G6 what is called otherwise, and what another model has looked at, is something else', () => {
  const site = gallery()
  one(site, seen('door', 0, 1000, 1))
  strictEqual(one(site, seen('yard', 2000, 3000, 1, { label: 'dog' })), 'p2')
  strictEqual(one(site, seen('yard', 2000, 3000, 1, { model: 'other' })), 'p3')
  strictEqual(one(site, seen('yard', 2000, 3000, 1, { look: Float32Array.of(0, 1) })), 'p4')
  const longer = new Float32Array(32)
  longer[1] = 1
  strictEqual(one(site, seen('yard', 2000, 3000, 1, { look: longer })), 'p5')
})

test('G7 of two who come together each is whom they resemble more in all, whoever is asked about first', () => {
  const between = (share: number) => {
    const vector = new Float32Array(16)
    vector[1] = share
    vector[2] = 1 - share
    normalise(vector)
    return vector
  }
  const [likeOne, likeOneToo] = [between(0.8), between(0.62)]
  for (const order of [
    [likeOne, likeOneToo],
    [likeOneToo, likeOne]
  ] as const) {
    const site = gallery({ options: () => ({ maxDistance: 0.9, keepMs: minute }) })
    site.place([seen('door', 0, 1000, 1), seen('door', 0, 1000, 2)])
    const found = site.place(order.map(own => seen('yard', 5000, 6000, 0, { look: own })))
    deepStrictEqual([found[order.indexOf(likeOne)], found[order.indexOf(likeOneToo)]], ['p1', 'p2'])
  }
})

test('G8 what people said counts for who comes next', () => {
  const site = gallery()
  site.add('by-hand', seen('door', 0, 1000, 1))
  strictEqual(one(site, seen('yard', 3000, 4000, 1)), 'by-hand')
})

test('G8 whom people said to be one, though they look otherwise, is known by either look, and by nothing between', () => {
  const site = gallery()
  site.add('by-hand', seen('door', 0, 1000, 1))
  site.add('by-hand', seen('yard', 3000, 4000, 2))
  const between = look(1)
  between[2] = between[1]!
  normalise(between)
  strictEqual(one(site, seen('door', 9000, 9500, 0, { look: between })), 'p1')
  strictEqual(one(site, seen('door', 9000, 9500, 2)), 'by-hand')
  strictEqual(one(site, seen('yard', 12_000, 12_500, 1)), 'by-hand')
})

test('G9 only so many are remembered: who was seen last the longest ago is forgotten', () => {
  const site = gallery({ most: 3 })
  for (const person of [1, 2, 3]) one(site, seen('door', person * 1000, person * 1000 + 500, person))
  one(site, seen('door', 5000, 5500, 1))
  one(site, seen('door', 6000, 6500, 4))
  strictEqual(site.size, 3)
  deepStrictEqual([one(site, seen('yard', 9000, 9500, 1)), one(site, seen('yard', 9000, 9500, 2))], ['p1', 'p5'])
})

const anyTrack = fc
  .record({
    stream: fc.constantFrom('a', 'b', 'c'),
    fromMs: fc.nat(100_000),
    lastsMs: fc.nat(20_000),
    person: fc.nat(3)
  })
  .map(({ stream, fromMs, lastsMs, person }) => seen(stream, fromMs, fromMs + lastsMs, person))
const anyRules = fc.array(
  fc.record({
    from: fc.constantFrom('a', 'b', 'c'),
    to: fc.constantFrom('a', 'b', 'c'),
    minMs: fc.nat(9000),
    overlaps: fc.boolean()
  }),
  { maxLength: 4 }
)

test('G10 whatever comes in whatever batches: each track is one identity’s, who never was where they cannot have been', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyTrack, { maxLength: 8 }), { maxLength: 8 }), anyRules, (batches, travel) => {
      const site = gallery({ travel })
      const stays = new Map<string, Stay[]>()
      for (const batch of batches) {
        const places = site.place(batch)
        strictEqual(places.length, batch.length)
        for (const [index, identity] of places.entries()) {
          const others = stays.get(identity) ?? []
          ok(others.every(other => !overlapIn(other, batch[index]!)))
          stays.set(identity, [...others, batch[index]!])
        }
      }
      for (const [identity, own] of stays)
        for (const [index, stay] of own.entries())
          if (index > 0) {
            const others = own.filter(other => other !== stay)
            ok(
              isPlausible(others, stay, travelTable(travel.map(rule => ({ ...rule, maxMs: undefined }))), Infinity),
              identity
            )
          }
    }),
    { numRuns: 200 }
  )
})

function overlapIn(one: Stay, other: Stay): boolean {
  return one.stream === other.stream && one.fromMs < other.toMs && other.fromMs < one.toMs
}

test('G11 a packed look is as the vector was, to two digits', () => {
  const component = fc.float({ min: -10, max: 10, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(component, { minLength: 4, maxLength: 64 }),
      fc.array(component, { minLength: 4, maxLength: 64 }),
      (a, b) => {
        const length = Math.min(a.length, b.length)
        const [one, other] = [a, b].map(values => Float32Array.from(values.slice(0, length)))
        const [packed, packedOther] = [packLook(one!), packLook(other!)].map(bytes => bytes && unpackLook(bytes))
        if (!packed || !packedOther || !normalise(one!) || !normalise(other!)) return
        ok(Math.abs(dot(packed, packedOther) - dot(one!, other!)) < 0.02)
      }
    )
  )
})

test('G12 of a vector without a direction, or with numbers that are none, there is no look', () => {
  deepStrictEqual(
    [new Float32Array(4), Float32Array.of(1, Number.NaN), Float32Array.of(1, Infinity), new Float32Array(0)].map(
      packLook
    ),
    [undefined, undefined, undefined, undefined]
  )
  strictEqual(unpackLook(new Uint8Array(4)), undefined)
})
