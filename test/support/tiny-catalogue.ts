import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import type { CatalogueEntry } from '../../src/vision/catalogue.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'
import { constantHead } from './onnx-head.ts'

/** Finds a person in the left half of every picture, a dog somewhere, and what it is not sure of. */
export const tinyDetector = constantHead({
  input: { name: 'images', dims: [1, 3, 32, 32] },
  metadata: { names: "{0: 'person', 1: 'dog'}" },
  outputs: [
    {
      ...{ name: 'output0', dims: [1, 300, 6] },
      data: [20, 4, 28, 12, 0.6, 1, 0, 0, 16, 32, 0.9, 0, 0, 0, 4, 4, 0.12, 0]
    }
  ]
})

/** A store over an empty home whose user's catalogue adds models, each with the bytes of `tinyDetector` unless it says otherwise. */
export async function tinyCatalogue(
  folder: string,
  ...models: readonly Partial<CatalogueEntry>[]
): Promise<{ readonly openModels: () => Promise<ModelStore>; place(file: string, bytes?: Uint8Array): Promise<void> }> {
  await mkdir(join(folder, 'models'), { recursive: true })
  const usual = {
    ...{
      name: 'tiny',
      task: 'detect',
      title: 'Tiny',
      family: 'end-to-end',
      file: 'tiny.onnx',
      licence: 'AGPL-3.0-only'
    },
    sha256: createHash('sha256').update(tinyDetector).digest('hex'),
    bytes: tinyDetector.length,
    input: { width: 32, height: 32 },
    classes: ['person', 'dog']
  }
  const entries = models.map(model => ({ ...usual, ...model }))
  await writeFile(join(folder, 'models', 'catalogue.yaml'), JSON.stringify({ models: entries }))
  return {
    openModels: () => openModelStore({ XDG_CACHE_HOME: folder, SIGHTLINE_DATA: folder }, folder),
    place: (file, bytes = tinyDetector) => writeFile(join(folder, 'models', file), bytes)
  }
}
