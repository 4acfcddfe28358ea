import { randomBytes } from 'node:crypto'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import type { Principal } from '../../access/principal.ts'
import type { UploadItem } from '../../contract/api/upload.ts'
import { SightlineError } from '../../core/errors.ts'
import { empty, tooLarge } from './upload-limits.ts'
import type { Announced, Uploads } from './uploads.ts'

/** Fields of a form beside its file, and how long one may be. */
const mostFields = 10
const longestField = 8000

/**
 * Takes the file of a form (RFC 7578). It cannot be gone on with: what is cut off leaves nothing behind. Of other fields
 * `analyse` and `settings` count, which have to stand before the file.
 * @throws SL_REQUEST_INVALID without a file, SL_UPLOAD_…, SL_INPUT_…, SL_STORAGE_LOW
 */
export async function takeForm(uploads: Uploads, principal: Principal, request: FastifyRequest): Promise<UploadItem> {
  const { maxBytes } = uploads.limits
  const limits = {
    ...{ files: 1, fields: mostFields, parts: mostFields + 1, fieldSize: longestField, fieldNameSize: 100 },
    ...{ headerPairs: 50, fileSize: Number.isFinite(maxBytes) ? maxBytes : Number.MAX_SAFE_INTEGER }
  }
  let analyse = true
  let settings: string | undefined
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file') return await takeFile(uploads, principal, part, { analyse, settings })
      if (part.fieldname === 'analyse') analyse = part.value !== 'no'
      // Of a part that says it is JSON, the value comes parsed.
      if (part.fieldname === 'settings')
        settings = typeof part.value === 'string' ? part.value : JSON.stringify(part.value)
    }
  } catch (error) {
    throw isUnreadable(error)
      ? new SightlineError('SL_REQUEST_INVALID', `The form cannot be read: ${error.message}.`, { cause: error })
      : error
  }
  throw new SightlineError('SL_REQUEST_INVALID', 'There is no file in the form: send one, as the field `file`.')
}

/** What reads forms refuses them with errors of no kind of their own, such as for one without a boundary. */
function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && !('code' in error)
}

async function takeFile(
  uploads: Uploads,
  principal: Principal,
  { filename, file }: MultipartFile,
  wishes: Pick<Announced, 'analyse' | 'settings'>
): Promise<UploadItem> {
  const id = randomBytes(16).toString('hex')
  try {
    await uploads.begin(principal, { id, name: filename, totalBytes: null, ...wishes })
    const bytes = await (await uploads.bytes()).writeNew(file, id)
    if (file.truncated) throw tooLarge(uploads.limits.maxBytes)
    if (bytes === 0) throw empty()
    await uploads.complete(id)
  } catch (error) {
    file.resume() // Else nobody reads the rest, and its sender hears late why.
    await uploads.drop(id)
    throw error
  }
  return uploads.item(principal, id)
}
