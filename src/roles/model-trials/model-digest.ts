import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { readModelFile } from '../../vision/load-model.ts'
import { sha256OfFile } from '../../vision/sha256.ts'

/** Version of what runs models: another one may do otherwise. */
export const { version: runtimeVersion } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
  version: string
}

/** Of the file, and of those beside it that hold parts of it. @throws SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA */
export async function digestOf(path: string): Promise<string> {
  const { bytes, external } = await readModelFile(path)
  const own = createHash('sha256').update(bytes).digest('hex')
  if (external.length === 0) return own
  const parts: string[] = []
  for (const location of [...external].sort()) parts.push(await sha256OfFile(join(dirname(path), location)))
  return createHash('sha256')
    .update([own, ...parts].join())
    .digest('hex')
}
