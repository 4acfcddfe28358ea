import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { CalibrationDefinition } from '../../src/contract/measure-definition.ts'
import { Calibrations } from '../../src/roles/calibrations.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { referencesOf } from '../../src/store/jobs-results.ts'
import type { Recording } from '../../src/store/recordings.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const recording = { id: 'match', stream: 'yard', epoch: 1, startedMs: 1000, durationMs: 1000 } as Recording
const way = { trackId: 1, label: 'person', unit: 'metres', durationMs: 1000, meanSpeed: 1, peakSpeed: 1 } as const
const ground = (metres: number): CalibrationDefinition => ({ points: [{ image: [1, 1], world: [metres, metres] }] })

test('CA1 of several who tell a ground at once, the ways of the last are kept, and no others', async () => {
  await using folder = await temporaryFolder()
  await using database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  await using blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: folder.path })
  let noted: unknown
  const calibrations = new Calibrations({
    assets: new Assets(database, blobs),
    recordings: {
      note: async (_id, _fact, value) => {
        noted = value
        return true
      }
    },
    trajectories: { movement: async ({ calibration }) => [{ ...way, distance: calibration.points[0]!.world[0] }] }
  })
  const { signal } = new AbortController()
  const told = [1, 2, 3, 4, 5].map(metres => calibrations.calibrate(recording, ground(metres), signal))
  deepStrictEqual(await Promise.all(told), Array(5).fill(true))
  const [kept, ...others] = await referencesOf(database, 'job/match')
  deepStrictEqual([kept?.name, others], ['movement.csv', []])
  const { stream } = await blobs.open(kept!.digest)
  strictEqual((await text(stream)).split('\r\n')[1]?.split(',')[3], '5.000')
  deepStrictEqual(noted, ground(5))
})
