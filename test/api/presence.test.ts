import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { Presence, type Stay } from '../../src/api/presence.ts'
import { admin } from '../support/let-in.ts'

/** Somebody who may be here as long as `mayStay` says so. */
function guest(name: string, ended: string[], mayStay: () => boolean): Stay {
  const rule = { area: 'live', need: 'view', stream: 'none' } as const
  const caller = { principal: admin, again: async () => (mayStay() ? admin : undefined) }
  return { caller, rule, stream: undefined, end: () => void ended.push(name) }
}

test('PR1 whoever leaves, in whatever order, and twice, is judged no more, and nobody else is forgotten', async () => {
  using presence = new Presence({ onChange: () => undefined })
  const ended: string[] = []
  const names = ['a', 'b', 'c', 'd', 'e']
  let mayStay = true
  const leave = new Map(names.map(name => [name, presence.add(guest(name, ended, () => mayStay))]))
  for (const name of ['b', 'e', 'b', 'a']) leave.get(name)!()
  equal(presence.size, 2)
  await presence.judge()
  deepStrictEqual(ended, [])
  mayStay = false
  await presence.judge()
  deepStrictEqual([ended.sort(), presence.size], [['c', 'd'], 0])
  for (const each of leave.values()) each()
  equal(presence.size, 0)
})

test('PR2 who comes while others are judged is judged the next time', async () => {
  using presence = new Presence({ onChange: () => undefined })
  const ended: string[] = []
  presence.add(guest('first', ended, () => false))
  const judging = presence.judge()
  presence.add(guest('second', ended, () => false))
  await judging
  deepStrictEqual(ended, ['first'])
  await presence.judge()
  deepStrictEqual(ended, ['first', 'second'])
})
