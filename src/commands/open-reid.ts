import type { AnalysisSettings, ReidSettings } from '../config/analysis-settings.ts'
import type { Embedder } from '../vision/embedder.ts'
import { openEmbedder } from '../vision/open-embedder.ts'
import type { DetectorSurroundings } from './choose-detector.ts'
import { chooseProvider } from './choose-provider.ts'
import { bytes, Progress } from './progress.ts'

/** Opens the model by which tracks are known again. @throws SL_MODEL_… */
export async function openReid(
  { model }: ReidSettings,
  wish: NonNullable<AnalysisSettings['provider']>,
  { openStore, terminal, silent, signal, log, tryFirst }: Omit<DetectorSurroundings, 'frame'>
): Promise<Embedder> {
  const store = await openStore()
  using progress = new Progress({ label: model, unit: bytes, stream: terminal.stderr, silent })
  const { path, entry } = await store.resolve(model, {
    signal,
    onProgress: ({ doneBytes, totalBytes }) => progress.update(doneBytes, totalBytes)
  })
  // Looks are wanted now and then: the other cores are the detector's.
  const options = { modelPath: path, name: model, family: entry?.family, concurrency: 1 }
  await tryFirst?.({ path, family: entry?.family, task: 'embed' }, store)
  const provider = await chooseProvider(wish, options, 'embed', { store, signal, log })
  return openEmbedder({ ...options, provider, log })
}
