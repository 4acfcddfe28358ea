import { deepStrictEqual } from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { findFiles } from '../../src/vision/model-search.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A folder with these files, and where a search finds `a.onnx` in it, by its path there. */
async function search(files: readonly string[], bounds?: Parameters<typeof findFiles>[2]): Promise<string | undefined> {
  await using folder = await temporaryFolder()
  for (const file of files) {
    await mkdir(join(folder.path, file, '..'), { recursive: true })
    await writeFile(join(folder.path, file), '')
  }
  // A link to itself: to follow it is to go on for ever.
  await symlink(folder.path, join(folder.path, 'zz'))
  return (await findFiles([folder.path], new Set(['a.onnx']), bounds)).get('a.onnx')?.slice(folder.path.length + 1)
}

test('MS1 of several files of a name that is found which lies nearest to the top', async () => {
  deepStrictEqual(await search(['deep/er/a.onnx', 'x/a.onnx']), join('x', 'a.onnx'))
})

test('MS2 folders deeper than four are not entered, and links that lead round end there', async () => {
  deepStrictEqual(await search(['1/2/3/4/a.onnx']), join('1', '2', '3', '4', 'a.onnx'))
  deepStrictEqual(await search(['1/2/3/4/5/a.onnx']), undefined)
})

test('MS3 a search ends after as many folders and files as it may look at', async () => {
  const many = Array.from({ length: 30 }, (_, at) => `${at}`.padStart(2, '0'))
  deepStrictEqual(await search([...many, 'a/a.onnx'], { maxDepth: 4, maxEntries: 20 }), undefined)
  deepStrictEqual(await search([...many, 'a/a.onnx'], { maxDepth: 4, maxEntries: 40 }), join('a', 'a.onnx'))
})
