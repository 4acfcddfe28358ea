import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { arranged, grouped, movedTo } from '../../web/src/pages/wall/wall-order.ts'

const stream = (name: string, site: string | null = null) => ({ name, title: name.toUpperCase(), site })
const named = (...names: readonly string[]) => names.map(name => stream(name))
const order = (streams: readonly { readonly name: string }[]) => streams.map(({ name }) => name).join()

test('O1 the demo comes first, then one’s own camera, then the others by what they are called', () => {
  deepStrictEqual(order(arranged(named('yard', 'camera', 'door', 'demo'), [])), 'demo,camera,door,yard')
})

test('O2 what somebody arranged comes as they did, and what is new follows', () => {
  deepStrictEqual(order(arranged(named('demo', 'door', 'yard'), ['yard', 'gone', 'demo'])), 'yard,demo,door')
})

test('O3 groups are those of places, in the order of their first stream', () => {
  const groups = grouped([stream('a', 'north'), stream('b'), stream('c', 'north')])
  deepStrictEqual(
    groups.map(({ site, streams }) => `${site}: ${order(streams)}`),
    ['north: a,c', 'null: b']
  )
})

for (const [moved, target, expected] of [
  ['a', 'c', 'b,c,a,d'],
  ['d', 'b', 'a,d,b,c'],
  ['b', 'b', 'a,b,c,d'],
  ['b', 'gone', 'a,b,c,d']
] as const) {
  test(`O4 ${moved} dropped on ${target} takes its place`, () =>
    deepStrictEqual(movedTo(['a', 'b', 'c', 'd'], moved, target).join(), expected))
}
