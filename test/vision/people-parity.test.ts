import { ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { peopleClips } from '../../bench/mot-people.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { loadCatalogue } from '../../src/vision/catalogue.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import { realClip, realModel } from '../support/material.ts'
import { type ModelReference, parityOf, sumOfParity } from '../support/people-parity.ts'
import { PublishedScaling } from '../support/published-scaling.ts'

/** Of two frames of each clip; test/reference/mot15.ts does the same with all of them. */
const reference = JSON.parse(readFileSync(new URL('../reference/mot15.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, ModelReference>
>
const published = (frame: VideoFrame) => new PublishedScaling(frame)
const catalogue = await loadCatalogue()
const missing = peopleClips.map(({ video }) => realClip(video).skip).find(Boolean)

for (const [name, clips] of Object.entries(reference)) {
  const { file, family } = catalogue.get(name)!
  const { path, skip } = realModel(file)
  test(`${name} finds in MOT15 what its independent Python reference finds, from the clip on`, {
    skip: skip || missing
  }, async () => {
    await using detector = await openDetector({ modelPath: path, name, family })
    const parts = []
    for (const clip of peopleClips)
      parts.push(await parityOf(detector, clip, clips[clip.name]!, process.env.SIGHTLINE_CLIPS!, published))
    const { ours, theirs, both, ourBoxes, theirBoxes } = sumOfParity(parts)
    const told = JSON.stringify({ ours, theirs, both, ourBoxes, theirBoxes })
    ok(both >= 0.98 * Math.max(ourBoxes, theirBoxes), told)
    if (theirs) ok(Math.abs(ours.hits - theirs.hits) <= 1 && Math.abs(ours.alarms - theirs.alarms) <= 1, told)
  })
}
