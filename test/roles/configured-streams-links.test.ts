import { deepStrictEqual } from 'node:assert/strict'
import { unwatchFile, watchFile } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { following, names } from '../support/followed-settings.ts'

const door = 'streams: {door: rtsp://a/1}'
const yard = 'streams: {door: rtsp://a/1, yard: rtsp://b/1}'
/** As often as is of use to a test. */
const changes = { lookEveryMs: 50 }

/** Followed, and read for the last time before anything happens to it. */
async function followed(file: Awaited<ReturnType<typeof following>>) {
  await file.begin()
  await file.until(() => file.readings() > 1)
}

test('F12 a file behind a link is read again when what the link leads to is written', async () => {
  await using file = await following(undefined, false, changes)
  const real = join(dirname(file.path), 'elsewhere', 'real.yaml')
  await mkdir(dirname(real))
  await writeFile(real, door)
  await symlink(real, file.path)
  await followed(file)
  await writeFile(real, yard)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(names(file.set.at(-1)), ['door', 'yard'])
})

test('F12b and when a folder on the way to it is another one, as Kubernetes does it', async () => {
  await using file = await following(undefined, false, changes)
  const folder = dirname(file.path)
  for (const [version, text] of [door, yard].entries()) {
    await mkdir(join(folder, `v${version}`))
    await writeFile(join(folder, `v${version}`, 'sightline.yaml'), text)
  }
  await symlink('v0', join(folder, '..data'))
  await symlink(join('..data', 'sightline.yaml'), file.path)
  await followed(file)
  await symlink('v1', join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  await rm(join(folder, 'v0'), { recursive: true })
  await file.until(() => file.set.length > 1)
  deepStrictEqual(names(file.set.at(-1)), ['door', 'yard'])
})

test('F13 a file whose folder is not there yet is read once it is', async () => {
  await using file = await following(undefined, false, { ...changes, inFolder: 'later' })
  await followed(file)
  await mkdir(dirname(file.path))
  await writeFile(file.path, door)
  await file.until(() => file.set.length > 1)
  deepStrictEqual(file.set.map(names), [[], ['door']])
})

test('F14 nobody looks at the file any more once it was told to end', async () => {
  await using file = await following(door, false, changes)
  await file.begin()
  /** Who looks at a file share one watcher. */
  const looking = () => {
    const look = () => undefined
    const others = watchFile(file.path, { persistent: false }, look).listenerCount('change') - 1
    unwatchFile(file.path, look)
    return others
  }
  deepStrictEqual(looking(), 1)
  file.stop()
  deepStrictEqual(looking(), 0)
})
