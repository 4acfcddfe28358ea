import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { QuietSizes } from '../../src/media/quiet-sizes.ts'

/** Of a picture of a million pixels, in which 1 KB a packet is 0.008 bits a pixel. */
const pixels = 1e6
const usual = [400_000, 3000, 2000, 1500, 1000, 1000, 1000, 1000, 1000]

function known(groups: number, sizes: readonly number[] = usual): QuietSizes {
  const quiet = new QuietSizes(pixels)
  for (let i = 0; i < groups; i++) quiet.learn(sizes)
  return quiet
}

/** `usual` with other sizes from `place` on. */
function from(place: number, ...sizes: readonly number[]): readonly number[] {
  return usual.toSpliced(place, sizes.length, ...sizes)
}

const cases: readonly { rule: string; given?: QuietSizes; sizes: readonly number[]; quiet: boolean }[] = [
  { rule: 'QS1 what is usual is quiet', sizes: usual, quiet: true },
  { rule: 'QS2 before three still groups are known nothing is', given: known(2), sizes: usual, quiet: false },
  {
    rule: 'QS3 each place has a size of its own: the packet behind the key frame may be large',
    sizes: from(1, 5000),
    quiet: true
  },
  { rule: 'QS4 that size further behind is movement', sizes: from(6, 5000), quiet: false },
  { rule: 'QS5 one packet that takes what its neighbours leave is none', sizes: from(5, 300, 2500, 300), quiet: true },
  { rule: 'QS6 three in a row of more than twice their size are', sizes: from(5, 2100, 2100, 2100), quiet: false },
  { rule: 'QS7 movement in the last packet counts too', sizes: from(8, 6000), quiet: false },
  { rule: 'QS8 the size of the key frame tells nothing', sizes: from(0, 900_000), quiet: true },
  { rule: 'QS9 a key frame alone is not quiet, there is nothing to tell by', sizes: [400_000], quiet: false },
  { rule: 'QS10 a shorter group is', sizes: usual.slice(0, 4), quiet: true },
  { rule: 'QS11 a longer one is held against the last place', sizes: [...usual, 1000, 1000], quiet: true },
  { rule: 'QS12 and found loud there', sizes: [...usual, 1000, 5000, 5000], quiet: false },
  {
    rule: 'QS13 where noise or a constant bit rate fills the packets nothing is quiet',
    given: known(
      5,
      usual.map(size => size * 4)
    ),
    sizes: usual.map(size => size * 4),
    quiet: false
  }
]
for (const { rule, given = known(3), sizes, quiet } of cases) {
  test(rule, () => strictEqual(given.areQuiet(sizes), quiet))
}

test('QS14 only the five latest still groups count: dusk makes packets larger by and by', () => {
  const quiet = known(5)
  const grown = usual.map(size => size * 1.9)
  for (let i = 0; i < 3; i++) quiet.learn(grown)
  strictEqual(quiet.areQuiet(usual.map(size => size * 2.5)), true)
})

test('QS15 a key frame is usual within a hundredth of the others', () => {
  const quiet = known(3)
  strictEqual(quiet.isUsualKey(403_900), true)
  strictEqual(quiet.isUsualKey(395_900), false)
  strictEqual(known(2).isUsualKey(400_000), false)
})
