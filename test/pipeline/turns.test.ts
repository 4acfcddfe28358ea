import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Claim, Turns } from '../../src/pipeline/turns.ts'

/** Claimants that always want another turn share `rounds` of them: how many each gets. */
async function shares(claims: readonly Claim[], rounds: number, atOnce = 1): Promise<number[]> {
  const turns = new Turns(atOnce)
  const counts = claims.map(() => 0)
  const held: Disposable[] = []
  let left = rounds
  const all = claims.map(async (claim, index) => {
    const claimant = turns.join(claim)
    for (;;) {
      const turn = await claimant.turn()
      if (left-- <= 0) {
        turn[Symbol.dispose]()
        return
      }
      counts[index]!++
      held.push(turn)
    }
  })
  const working = (async () => {
    while (left > 0) {
      await new Promise(setImmediate)
      held.shift()?.[Symbol.dispose]()
    }
    for (const turn of held) turn[Symbol.dispose]()
  })()
  await Promise.all([...all, working])
  return counts
}

const equalClaim = { weight: 1, priority: 0 }

test('R1 streams that always want get equally many turns', async () => {
  deepStrictEqual(await shares(Array(8).fill(equalClaim), 80, 2), Array(8).fill(10))
})

test('R2 turns go by weight', async () => {
  const counts = await shares(
    [1, 2, 4].map(weight => ({ weight, priority: 0 })),
    70
  )
  ok(counts.every((count, index) => Math.abs(count - 10 * 2 ** index) <= 1))
})

test('R3 a higher priority goes first as long as it wants any', async () => {
  const counts = await shares([equalClaim, { weight: 1, priority: 1 }], 20)
  ok(counts[1]! >= 19)
})

test('R4 a stream that rested has saved nothing up', async () => {
  const turns = new Turns(1)
  const [busy, rested] = [turns.join(equalClaim), turns.join(equalClaim)]
  for (let round = 0; round < 100; round++) (await busy.turn())[Symbol.dispose]()
  const order: string[] = []
  const ask = async (name: string, claimant: typeof busy) => {
    for (let round = 0; round < 10; round++) {
      const turn = await claimant.turn()
      order.push(name)
      setImmediate(() => turn[Symbol.dispose]())
    }
  }
  await Promise.all([ask('rested', rested), ask('busy', busy)])
  const early = order.slice(0, 10).filter(name => name === 'busy').length
  ok(early >= 4 && early <= 6, order.join(' '))
})

test('R5 a turn that is given back twice counts once', async () => {
  const turns = new Turns(1)
  const claimant = turns.join(equalClaim)
  const turn = await claimant.turn()
  turn[Symbol.dispose]()
  turn[Symbol.dispose]()
  await claimant.turn()
  const third = claimant.turn().then(() => 'granted')
  equal(await Promise.race([third, new Promise(resolve => setImmediate(resolve, 'waits'))]), 'waits')
})

test('R6 whatever the weights, nobody is ahead of its share by more than a turn for each at once', async () => {
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(weights, async list => {
      const total = list.reduce((sum, weight) => sum + weight, 0)
      const counts = await shares(
        list.map(weight => ({ weight, priority: 0 })),
        total * 5
      )
      ok(counts.every((count, index) => Math.abs(count - list[index]! * 5) <= 1 + list.length))
    }),
    { numRuns: 20 }
  )
})

test('R7 it is known beforehand whether a turn would have to be waited for', async () => {
  const turns = new Turns(1)
  equal(turns.areTaken, false)
  const turn = await turns.join(equalClaim).turn()
  equal(turns.areTaken, true)
  turn[Symbol.dispose]()
  equal(turns.areTaken, false)
})

test('R8 where work is done on the thread of everybody else, that gets to its own between turns', async () => {
  const turns = new Turns(1, setImmediate)
  const done: string[] = []
  let isOver = false
  const others = (async () => {
    for (; !isOver; await new Promise(setImmediate)) done.push('other')
  })()
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      using _ = await turns.join(equalClaim).turn()
      done.push('turn')
    })
  )
  isOver = true
  await others
  ok(!done.join(' ').includes('turn turn'), done.join(' '))
})

test('R9 as many as there are at that moment: of more slots the next turn that is given back tells', async () => {
  let atOnce = 1
  const turns = new Turns(() => atOnce)
  const claimant = turns.join(equalClaim)
  const first = await claimant.turn()
  const waiting = [claimant.turn(), claimant.turn()]
  atOnce = 2
  first[Symbol.dispose]()
  const taken = await Promise.all(waiting)
  equal(turns.areTaken, true)
  for (const turn of taken) turn[Symbol.dispose]()
})
