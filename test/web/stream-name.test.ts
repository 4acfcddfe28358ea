import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { streamNameOf } from '../../web/src/pages/wall/stream-name.ts'

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

test('N2 however long the title, the name is one', () => {
  match(streamNameOf('é'.repeat(500), ['e'.repeat(59)]), /^[a-z0-9][a-z0-9_-]{0,62}$/)
})
