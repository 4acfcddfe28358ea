import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { probePicture } from './live-probe.ts'
import { makeClip } from './make-clip.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { VisitedApp } from './visited-app.ts'

/** Sends a drawn clip of that name and has it analysed by the detector of motion. Gives the id of its report. */
export async function reportOfClip(app: Pick<VisitedApp, 'ask'>, name: string): Promise<string> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mp4')
  await makeClip(path, { width: 320, height: 180, frames: 30, fps: 10, paint: probePicture })
  const form = new FormData()
  form.append('analyse', 'no')
  form.append('file', new Blob([await readFile(path)]), name)
  const { id } = await app.ask<{ readonly id: string }>('POST /api/v1/uploads', form)
  await settled(app, `/api/v1/uploads/${id}`, ['ready', 'refused'])
  const job = await app.ask<{ readonly id: string }>('POST /api/v1/jobs', { upload: id, settings: { model: 'motion' } })
  await settled(app, `/api/v1/jobs/${job.id}`, ['done', 'failed'])
  return job.id
}

async function settled(app: Pick<VisitedApp, 'ask'>, path: string, ends: readonly [string, string]): Promise<void> {
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await pause(50)) {
    const found = await app.ask<{ readonly state: string }>(`GET ${path}`)
    if (found.state === ends[0]) return
    if (found.state === ends[1]) throw new Error(`${path}: ${JSON.stringify(found)}`)
  }
  throw new Error(`${path} was not ${ends[0]} within a minute.`)
}
