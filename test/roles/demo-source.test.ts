import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { readdir, watch as watchFolder, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { DemoSource } from '../../src/roles/demo-source.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

test('D1 the demo is drawn once and then found; its pictures can be decoded', async t => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'demo')
  const waits: number[] = []
  for (const _ of [1, 2]) {
    const begun = performance.now()
    await using connection = await new DemoSource(place).connect(new AbortController().signal)
    await using decoder = new LiveDecoder(connection.format)
    for await (const { frame } of decoder.frames(connection.units())) {
      using picture = frame
      strictEqual(`${picture.width}x${picture.height}`, '640x360')
      break
    }
    waits.push(performance.now() - begun)
  }
  t.diagnostic(`first pictures after ${waits.map(Math.round)} ms`)
  ok(waits[1]! < waits[0]!)
  deepStrictEqual((await readdir(place)).length, 1)
})

test('D2 who does not wait for the drawing leaves nothing behind', async () => {
  await using folder = await temporaryFolder()
  const giveUp = new AbortController()
  const connecting = new DemoSource(folder.path).connect(giveUp.signal)
  for await (const _ of watch(folder.path, giveUp)) giveUp.abort()
  await rejects(connecting, coded('SL_CANCELLED'))
  deepStrictEqual(await readdir(folder.path), [])
})

/** Tells of each change in a folder, until `signal` is aborted. */
async function* watch(path: string, { signal }: AbortController): AsyncGenerator<void> {
  try {
    for await (const _ of watchFolder(path, { signal })) yield
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

test('D3 a folder that cannot be is said', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'file'), '')
  const source = new DemoSource(join(folder.path, 'file', 'demo'))
  await rejects(source.connect(new AbortController().signal), coded('SL_OUTPUT_UNWRITABLE'))
})
