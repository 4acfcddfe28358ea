import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { type PeopleCounts, peopleClips, precision, recall } from './mot-people.ts'
import type { Program, Run } from './program.ts'
import { script } from './sightline.ts'

/** What ours-people.ts prints: counts at an IoU of a half, and what they took. */
export interface PeopleRun extends PeopleCounts {
  readonly frames: number
  /** Of the model: one for each frame, and more where it is cut. */
  readonly runs: number
  readonly seconds: number
}

/** How much of the clips is looked at. */
export interface Extent {
  readonly every: number
  readonly most: number
  readonly clips: readonly string[]
}

/** All of it; a smoke run sees three frames. */
export function extent(quick: boolean, clips: readonly string[]): Extent {
  return quick ? { every: 2, most: 3, clips: clips.slice(0, 1) } : { every: 1, most: 1_000_000, clips }
}

/** @param tiles as on the command line, or `whole` */
export function peopleProgram(
  name: string,
  model: { readonly family: string; readonly path: string },
  tiles: string,
  { every, most, clips }: Extent
): Program {
  return script(name, 'ours-people.ts', model.family, model.path, tiles, every, most, ...clips)
}

export function peopleRunOf({ stdout }: Run): PeopleRun {
  return JSON.parse(stdout) as PeopleRun
}

/** A model's file and the clips, or undefined and a word on what is missing. */
export async function peopleMaterial(
  model: string,
  report: (line: string) => void
): Promise<{ readonly family: string; readonly path: string } | undefined> {
  const store = await openModelStore()
  const path = (await store.present()).get(model)
  const folder = process.env.SIGHTLINE_CLIPS
  const hasClips =
    folder !== undefined &&
    peopleClips.every(({ video, truth }) => [video, truth].every(file => existsSync(join(folder, file))))
  if (!path) report(`${model} is not here: nothing can be measured`)
  if (!hasClips) report('the clips of MOT15 with their truth are not in SIGHTLINE_CLIPS: nothing can be measured')
  return path && hasClips ? { family: store.entry(model).family, path } : undefined
}

/** Recall and precision, in points of a hundred. */
export function points(run: PeopleRun): { readonly recall: number; readonly precision: number } {
  return { recall: recall(run) * 100, precision: precision(run) * 100 }
}
