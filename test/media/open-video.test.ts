import { rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVideo } from '../../src/media/open-video.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('an abort on the way to --from is SL_CANCELLED, not a range without frames', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mp4')
  await makeClip(path, { frames: 40 })
  await rejects(openVideo(path, { fromMs: 1000, signal: AbortSignal.abort() }), { code: 'SL_CANCELLED' })
})
