import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { killSuite } from './kill-suite.ts'

killSuite(
  async (_, path) => {
    const folder = join(path, 'blobs')
    const unfinished = async () => (await readdir(join(folder, 'incoming'))).length
    return { place: { folder, secrets: join(path, 'secrets') }, unfinished }
  },
  300_000,
  ['reading', 'staged', 'row-writing', 'renamed', 'stored', 'bytes-stored', 'row-ready']
)
