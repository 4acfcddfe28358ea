import { doesNotMatch, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Annotation } from '../../src/commands/annotation.ts'
import { DrawnMeasures } from '../../src/commands/drawn-measures.ts'
import { planMeasures } from '../../src/commands/measure-plan.ts'
import type { VideoFacts } from '../../src/media/video.ts'
import { OutputFolder } from '../../src/report/output-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('annotation: errors name annotated.mp4 where it is to be, not the hidden place where it grows', async () => {
  await using base = await temporaryFolder()
  const out = join(base.path, 'out')
  using folder = new OutputFolder(out)
  const drawn = new DrawnMeasures(planMeasures(undefined, undefined, {}), { stream: 'walk', epoch: 1, aspect: 1 })
  const facts = { width: 0, height: 0, fps: 25 } as VideoFacts
  await rejects(Annotation.open(folder, facts, [], drawn), (error: Error) => {
    ok(error.message.startsWith(`${join(out, 'annotated.mp4')}: 0×0 is no size`), error.message)
    doesNotMatch(error.message, /\.partial/)
    return true
  })
})
