import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { BoxTrack } from '../../web/src/live/box-track.ts'
import { messageOf, piecesAt } from '../../web/src/pages/report/recorded-boxes.ts'

test('RB1 the piece of the picture that is shown is fetched, and the next before it begins', () => {
  deepStrictEqual([piecesAt(0), piecesAt(3999), piecesAt(4001), piecesAt(16_000)], [[0], [0], [0, 1], [2]])
})

test('RB2 what is stored of a picture is drawn as what is told live', () => {
  const track = (trackId: number, label: string, x: number) => ({
    ...{ trackId, label, score: 0.5, observed: true },
    box: { x, y: 0.2, w: 0.1, h: 0.3 }
  })
  const frame = { stream: 'match', epoch: 2, atMs: 1e12, frame: 3, ptsMs: 120, outcome: 'analysed' as const }
  const boxes = new BoxTrack()
  boxes.add(messageOf({ ...frame, tracks: [track(7, 'person', 0.1), track(8, 'dog', 0.4), track(9, 'person', 0.7)] }))
  deepStrictEqual(
    boxes.at({ epoch: 2, ptsMs: 120 }).boxes.map(({ id, label, x, h }) => [id, label, x, h]),
    [
      [7, 'person', 0.1, 0.3],
      [8, 'dog', 0.4, 0.3],
      [9, 'person', 0.7, 0.3]
    ]
  )
})
