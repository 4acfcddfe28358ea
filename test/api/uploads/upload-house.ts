import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Principal } from '../../../src/access/principal.ts'
import { checkRequests } from '../../../src/api/rest/checks.ts'
import { describeRoutes } from '../../../src/api/rest/openapi.ts'
import { startServer } from '../../../src/api/server.ts'
import { uploadRoutes } from '../../../src/api/uploads/upload-routes.ts'
import { ownerOf, type Uploads } from '../../../src/api/uploads/uploads.ts'
import type { UploadItem } from '../../../src/contract/api/upload.ts'
import { dataFolder } from '../../../src/core/data-folder.ts'
import { createLog } from '../../../src/core/log.ts'
import { EpochLedger } from '../../../src/events/epoch-ledger.ts'
import { AnalysisOrders } from '../../../src/roles/analysis-orders.ts'
import { openUploads } from '../../../src/roles/uploads.ts'
import { Assets } from '../../../src/store/assets.ts'
import { Audit } from '../../../src/store/audit.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { Jobs } from '../../../src/store/jobs.ts'
import { KeptFiles } from '../../../src/store/kept-files.ts'
import { OnceKeys } from '../../../src/store/once-keys.ts'

export const people: Readonly<Record<string, Principal>> = {
  olga: { ...person('olga', 'operator'), viewing: new Set(), operating: new Set() },
  otto: { ...person('otto', 'operator'), viewing: new Set(), operating: new Set() },
  vera: { ...person('vera', 'viewer'), viewing: new Set(), operating: new Set() },
  reader: { ...person('olga', 'operator'), viewing: new Set(), operating: new Set(), scopes: new Set(['jobs:read']) }
}
export type Person = 'olga' | 'otto' | 'vera' | 'reader' | 'nobody'

function person(name: string, role: Principal['role']) {
  return { actor: `user:${name}`, userId: name, role, scopes: undefined }
}

export interface HouseOptions {
  readonly folder: string
  readonly maxBytes?: number
  readonly atOnce?: number
  readonly mayTake?: () => boolean
  /** How long one that sends may go on where another wants to. */
  readonly letGoMs?: number
}

/** The routes of uploads over a store of their own; opened again on the same folder, the same after a restart. */
export class UploadHouse implements AsyncDisposable {
  readonly url: string
  readonly jobs: Jobs
  readonly assets: Assets
  readonly files: KeptFiles
  readonly uploads: Uploads
  readonly folder: string
  /** What was granted: who, and which stream. */
  readonly shared: string[]
  readonly #closing: AsyncDisposableStack

  private constructor(
    parts: Pick<UploadHouse, 'url' | 'jobs' | 'assets' | 'files' | 'uploads' | 'folder' | 'shared'>,
    closing: AsyncDisposableStack
  ) {
    this.url = parts.url
    this.jobs = parts.jobs
    this.assets = parts.assets
    this.files = parts.files
    this.uploads = parts.uploads
    this.folder = parts.folder
    this.shared = parts.shared
    this.#closing = closing
  }

  static async open({ folder, maxBytes = 50_000_000, atOnce = 3, mayTake = () => true, letGoMs }: HouseOptions) {
    await using opened = new AsyncDisposableStack()
    const data = dataFolder(folder)
    const database = opened.use(await openDatabase({ file: join(folder, 'store.sqlite') }))
    const blobs = opened.use(await openDiskBlobs({ folder: data.blobs, secrets: data.secrets }))
    const assets = new Assets(database, blobs)
    const jobs = new Jobs(database)
    const epochs = opened.use(new EpochLedger(join(folder, 'epochs.sqlite')))
    const shared: string[] = []
    const uploads = opened.use(
      await openUploads(
        { database, blobs, assets },
        {
          folder: data,
          environment: process.env,
          settings: { maxBytes, atOnce },
          mayTake,
          analyses: new AnalysisOrders({ jobs, assets, epochs }),
          requireRoomToShare: async () => undefined,
          share: async ({ userId }, stream) => void shared.push(`${userId} ${stream}`),
          audit: new Audit(database),
          log: createLog('silent')
        }
      )
    )
    const plain = (text: string) => text
    const once = { onceKeys: new OnceKeys(database), mark: plain, answers: { close: plain, open: plain } }
    const server = opened.use(
      await startServer({
        host: '127.0.0.1',
        port: 0,
        health: { problems: () => [] },
        callers: {
          async who({ headers: { authorization = '' } }) {
            const principal = people[authorization.replace('Bearer ', '')]
            return principal && { principal, again: async () => principal }
          },
          onChange: () => undefined
        },
        async routes(routed) {
          await describeRoutes(routed, '0.0.0')
          checkRequests(routed)
          await uploadRoutes({ server: routed, sources: () => once as never, uploads: () => uploads, letGoMs })
        }
      })
    )
    const files = new KeptFiles(database, blobs)
    return new UploadHouse(
      { url: server.url, jobs, assets, files, uploads, folder: data.uploads, shared },
      opened.move()
    )
  }

  ask(path: string, init: RequestInit & { readonly as?: Person } = {}): Promise<Response> {
    const { as = 'olga', headers, ...rest } = init
    return fetch(new URL(path, this.url), {
      ...rest,
      headers: { authorization: `Bearer ${as}`, ...(headers as Record<string, string>) }
    })
  }

  /** Sends a form with one file. */
  async form(bytes: Uint8Array, name: string, as: Person = 'olga', headers = {}): Promise<Response> {
    const form = new FormData()
    form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'video/mp4' }), name)
    return this.ask('/api/v1/uploads', { method: 'POST', body: form, as, headers })
  }

  async item(id: string, as: Person = 'olga'): Promise<UploadItem> {
    const answer = await this.ask(`/api/v1/uploads/${id}`, { as })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as UploadItem
  }

  /** What has become of it, once that is known. */
  async settled(id: string): Promise<UploadItem> {
    for (;;) {
      const item = await this.item(id)
      if (item.state === 'ready' || item.state === 'refused') return item
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  /** What was sent is dropped once it is known what became of it: soon after that is told. */
  async bytesGone(id: string): Promise<void> {
    while ((await readdir(this.folder)).includes(id)) await new Promise(resolve => setTimeout(resolve, 5))
  }

  keptOf(person: string, id: string) {
    return this.files.ofOwners([ownerOf(person, id)], ['upload'])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closing.disposeAsync()
  }
}

/** The code of a problem document. */
export async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { code: string }).code
}
