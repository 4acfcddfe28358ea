import { SightlineError } from '../../core/errors.ts'

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is no folder',
  ELOOP: 'a symbolic link is in the way',
  EISDIR: 'a folder is in the way',
  EIO: 'the disk reports an error',
  ENOENT: 'a part of the path is gone'
}
/** Over as soon as other files are closed. */
const passing = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'ENOMEM'])

/** What a failed call of the file system means, naming the blobs' folder. Errors that are Sightline's already pass unchanged. */
export function diskError(folder: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const code = systemCode(error)
  if (fullCodes.has(code))
    return new SightlineError(
      'SL_BLOB_FULL',
      `No room is left in ${folder}. It goes on by itself once there is some: free space there or lower the budgets of retention.`,
      { cause: error, retryable: true }
    )
  const why = causes[code] ?? (error instanceof Error ? error.message : String(error))
  return new SightlineError(
    'SL_BLOB_STORAGE',
    `The folder of blobs ${folder} cannot be used: ${why}. Make it a folder that this user can write.`,
    { cause: error, retryable: passing.has(code) }
  )
}

export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
