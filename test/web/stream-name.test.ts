import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ApiProblem } from '../../web/src/api/problem.ts'
import { streamNameOf, underFreeName } from '../../web/src/streams/stream-name.ts'

for (const [title, taken, expected] of [
  ['Front door', [], 'front-door'],
  ['Front door', ['front-door', 'front-door-2'], 'front-door-3'],
  ['Café 1', [], 'cafe-1'],
  ['  --  ', [], 'camera'],
  ['<script>', [], 'script'],
  ['入口', ['camera'], 'camera-2']
] as const) {
  test(`N1 “${title}” beside ${taken.length} others is ${expected}`, () => equal(streamNameOf(title, taken), expected))
}

const name = /^[a-z0-9][a-z0-9_-]{0,62}$/

test('N2 however long the title, the name is one', () => {
  match(streamNameOf('é'.repeat(500), ['e'.repeat(53)]), name)
})

/** A server where streams of these names were removed; what it was asked for. */
function serverWith(removed: (name: string) => boolean) {
  const asked: string[] = []
  const make = async (name: string, again: boolean) => {
    asked.push(again ? `${name} again` : name)
    if (removed(name) && !again) throw new ApiProblem(409, 'It is there.', { code: 'SL_NAME_TAKEN' })
  }
  return { asked, make }
}

test('N3 a name that only the server knows to be taken is followed by the next', async () => {
  const { asked, make } = serverWith(name => name === 'camera')
  equal(await underFreeName('camera', ['camera-2'], false, make), 'camera-3')
  deepStrictEqual(asked, ['camera', 'camera-3'])
})

test('N4 an admin gets the name of a stream that was removed', async () => {
  const { asked, make } = serverWith(() => true)
  equal(await underFreeName('camera', [], true, make), 'camera')
  deepStrictEqual(asked, ['camera', 'camera again'])
})

test('N5 however many were removed, there is a name in the end', async () => {
  const { asked, make } = serverWith(name => !/-[0-9a-z]{8,}$/.test(name))
  match(await underFreeName('e'.repeat(200), [], false, make), name)
  equal(asked.length, 6)
})

test('N6 what else is refused is told, and not tried again', async () => {
  let asked = 0
  const full = async () => {
    asked++
    throw new ApiProblem(409, 'There are as many as there may be.', { code: 'SL_LIMIT_REACHED' })
  }
  await rejects(underFreeName('camera', [], true, full), { code: 'SL_LIMIT_REACHED' })
  equal(asked, 1)
})
