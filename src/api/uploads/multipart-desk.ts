import { randomBytes } from 'node:crypto'
import type { Principal } from '../../access/principal.ts'
import type { UploadItem } from '../../contract/api/upload.ts'
import type { FormFile, SentForm } from './sent-form.ts'
import { empty, tooLarge } from './upload-limits.ts'
import type { Uploads } from './uploads.ts'

/**
 * Takes the file of a form. It cannot be gone on with: what is cut off leaves nothing behind. Of other fields `analyse` and
 * `settings` count, which have to stand before the file.
 * @throws SL_REQUEST_INVALID without a file, SL_UPLOAD_…, SL_INPUT_…, SL_STORAGE_LOW
 */
export function takeForm(uploads: Uploads, principal: Principal, form: SentForm): Promise<UploadItem> {
  return form.read(file => takeFile(uploads, principal, file))
}

async function takeFile(
  uploads: Uploads,
  principal: Principal,
  { filename: name, content, skip, isTooLong, analyse, settings }: FormFile
): Promise<UploadItem> {
  const id = randomBytes(16).toString('hex')
  try {
    await uploads.begin(principal, { id, name, totalBytes: null, analyse, settings })
    const bytes = await (await uploads.bytes()).writeNew(content, id)
    if (isTooLong()) throw tooLarge(uploads.limits.maxBytes)
    if (bytes === 0) throw empty()
    await uploads.complete(id)
  } catch (error) {
    skip()
    await uploads.drop(id)
    throw error
  }
  return uploads.item(principal, id)
}
