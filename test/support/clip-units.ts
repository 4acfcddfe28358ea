import { join } from 'node:path'
import type { AccessUnit } from '../../src/media/sources/source.ts'
import { type ClipOptions, makeClip } from './make-clip.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { unitsOfClip } from './units-of-clip.ts'

/** Pictures of a clip made to measure, as a live source would hand them over. `ending` chooses its container. */
export async function clipUnits(options: ClipOptions, ending = '.ts'): Promise<AccessUnit[]> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, `clip${ending}`)
  await makeClip(path, options)
  return await unitsOfClip(path) // The folder is gone once this returns.
}
