import { SightlineError } from '../core/errors.ts'

const causes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'a folder of that name is in the way',
  ENOTEMPTY: 'a folder of that name is in the way',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no file can be made there',
  EIO: 'the disk reports an error'
}
const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * What a failed write into the output folder means: `SL_OUTPUT_FULL` or `SL_OUTPUT_UNWRITABLE`, naming the
 * folder. Errors that are Sightline's already pass unchanged.
 */
export function outputError(folder: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const code = systemCode(error)
  if (fullCodes.has(code)) {
    return new SightlineError(
      'SL_OUTPUT_FULL',
      `No room is left for the results in ${folder}. Free some space or give another folder with --out.`,
      { cause: error, retryable: true }
    )
  }
  const why = causes[code] ?? (error instanceof Error ? error.message : String(error))
  return new SightlineError(
    'SL_OUTPUT_UNWRITABLE',
    `Cannot write the results into ${folder}: ${why}. Give a folder that can be written with --out.`,
    { cause: error }
  )
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
