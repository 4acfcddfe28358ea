import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { AnalysisDesk } from '../api/resources/analysis-desk.ts'
import type { Sources } from '../api/resources/sources.ts'
import type { UploadLimits } from '../api/uploads/upload-limits.ts'
import type { UploadRecord } from '../api/uploads/upload-records.ts'
import { ownerOf, Uploads } from '../api/uploads/uploads.ts'
import type { UploadSettings } from '../config/upload-settings.ts'
import type { DataFolder } from '../core/data-folder.ts'
import type { Logger } from '../core/log.ts'
import { bytesOf } from '../retention/retention-policy.ts'
import { KeptFiles } from '../store/kept-files.ts'
import type { Storage } from './storage.ts'
import { UploadCheck } from './upload-check.ts'

export interface UploadsSurroundings {
  readonly folder: Pick<DataFolder, 'uploads'>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly settings: UploadSettings
  readonly mayTake: () => boolean
  readonly analyses: AnalysisDesk
  readonly requireRoomToShare: Sources['requireRoomToShare']
  /** Grants somebody to operate the stream of what they sent. */
  readonly share: (upload: UploadRecord, stream: string) => Promise<void>
  readonly audit: Sources['audit']
  readonly log: Logger
}

const day = 86_400_000

export function uploadLimits({ maxBytes = '50GB', atOnce = 5 }: UploadSettings): UploadLimits {
  return { maxBytes: bytesOf(maxBytes), atOnce, keepMs: day }
}

/** What people send comes into the data folder, is opened in a process of its own, and ends among the assets as a job. */
export async function openUploads(
  { database, blobs, assets }: Pick<Storage, 'database' | 'blobs' | 'assets'>,
  { folder, environment, settings, mayTake, analyses, requireRoomToShare, share, audit, log }: UploadsSurroundings
): Promise<Uploads> {
  const files = new KeptFiles(database, blobs)
  const limits = uploadLimits(settings)
  const checks = await UploadCheck.open(join(folder.uploads, 'work'), environment)
  return Uploads.open({
    folder: folder.uploads,
    limits,
    mayTake,
    requireRoomToShare,
    audit,
    log,
    kept: owner => files.ofOwners([owner], ['upload']),
    release: owner => assets.release({ owner, kind: 'upload' }),
    steps: {
      check: (path, id, signal) => checks.check(path, id, signal),
      async keep(path, { id, userId, name, totalBytes }, contentType, signal) {
        const reference = { kind: 'upload', owner: ownerOf(userId, id), name } as const
        const options = { contentType, signal, maxBytes: totalBytes ?? limits.maxBytes }
        return (await assets.keep(createReadStream(path), reference, options)).digest
      },
      async order(upload, digest) {
        const { id, actor, grants, name, settings = {}, createdMs } = upload
        const order = { digest, title: name, modifiedMs: createdMs, settings, key: `upload/${id}` }
        const job = await analyses.order(order)
        if (grants) await share(upload, job.stream)
        await audit.add({
          atMs: Date.now(),
          actor,
          action: 'job-created',
          subject: `job/${job.id}`,
          detail: { upload: id, stream: job.stream }
        })
        return job.id
      }
    }
  })
}
