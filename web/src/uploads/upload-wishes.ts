import type { Model } from '../../../src/contract/api/model.ts'

/** How a video is to be analysed, as it is chosen; empty is as usual. */
export interface UploadWishes {
  readonly model: string
  readonly classes: readonly string[] | undefined
  readonly tiles: string
  readonly every: '' | 'auto'
}

export const usualWishes: UploadWishes = { model: '', classes: undefined, tiles: '', every: '' }

/** What the server is told, as JSON; undefined where everything is as usual. What finds whatever moves takes no other wish. */
export function settingsText({ model, classes, tiles, every }: UploadWishes): string | undefined {
  if (model === 'motion') return JSON.stringify({ model })
  const said = {
    ...(model && { model }),
    ...(classes && { classes }),
    ...(tiles && { tiles }),
    ...(every && { every })
  }
  return Object.keys(said).length === 0 ? undefined : JSON.stringify(said)
}

/** Models that find things, and need nothing to be fetched first. */
export function detectorsHere<Known extends Pick<Model, 'task' | 'isPresent'>>(
  models: readonly Known[]
): readonly Known[] {
  return models.filter(({ task, isPresent }) => isPresent && task !== 'embed' && task !== 'classify')
}
