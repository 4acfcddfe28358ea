import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { FirstLooks } from '../../src/pipeline/first-looks.ts'

function looks() {
  const clock = { ms: 0 }
  return { clock, looks: new FirstLooks(4, () => clock.ms) }
}

test('FL1 looks are awaited until the last stream has had its first', () => {
  const { looks: awaited } = looks()
  const [door, hall] = [{ isNew: true }, { isNew: true }]
  strictEqual(awaited.areAwaited, false)
  awaited.begin(door)
  awaited.begin(hall)
  door.isNew = false
  strictEqual(awaited.areAwaited, true)
  hall.isNew = false
  strictEqual(awaited.areAwaited, false)
})

test('FL2 a stream that never has one is not waited for longer than three seconds', () => {
  const { looks: awaited, clock } = looks()
  awaited.begin({ isNew: true })
  clock.ms = 2999
  strictEqual(awaited.areAwaited, true)
  clock.ms = 3000
  strictEqual(awaited.areAwaited, false)
})

test('FL3 nor is it when another begins later', () => {
  const { looks: awaited, clock } = looks()
  awaited.begin({ isNew: true })
  clock.ms = 5000
  const door = { isNew: true }
  awaited.begin(door)
  strictEqual(awaited.areAwaited, true)
  door.isNew = false
  strictEqual(awaited.areAwaited, false)
})

test('FL4 nor is it when others begin all the time', () => {
  const { looks: awaited, clock } = looks()
  awaited.begin({ isNew: true })
  for (clock.ms = 1000; clock.ms < 3000; clock.ms += 1000) awaited.begin({ isNew: false })
  strictEqual(awaited.areAwaited, false)
})

test('FL5 a stream has time until it and all that began when it did were looked at', () => {
  const { looks: awaited } = looks()
  const [door, hall] = [{ isNew: true }, { isNew: true }]
  awaited.begin(door)
  awaited.begin(hall)
  door.isNew = false
  strictEqual(awaited.hasTime(door), true)
  hall.isNew = false
  strictEqual(awaited.hasTime(door), false)
})

test('FL6 one that has been there for three seconds does not wait for those that begin', () => {
  const { looks: awaited, clock } = looks()
  const door = { isNew: true }
  awaited.begin(door)
  door.isNew = false
  clock.ms = 2999
  awaited.begin({ isNew: true })
  strictEqual(awaited.hasTime(door), true)
  clock.ms = 3000
  strictEqual(awaited.hasTime(door), false)
})
