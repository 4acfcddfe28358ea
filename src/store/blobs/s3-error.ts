import { SightlineError } from '../../core/errors.ts'

const fullNames = /StorageFull|QuotaExceeded|InsufficientStorage/
const passingNames =
  /^(TimeoutError|AbortError|RequestTimeout|RequestTimeTooSkewed|SlowDown|ServiceUnavailable|InternalError|ThrottlingException|RequestAbortedException|NoSuchUpload|OperationAborted)$/

/**
 * What a failed request to S3 means. Of the error itself only name, status and the number of the request are kept:
 * the rest may hold signed headers.
 */
export function s3Error(place: string, error: unknown): SightlineError {
  if (error instanceof SightlineError) return error
  const { name, status, code, requestId } = facts(error)
  const cause = new Error([name, status, code, requestId].filter(part => part !== undefined).join(' '))
  if (status === 507 || fullNames.test(name))
    return new SightlineError(
      'SL_BLOB_FULL',
      `No room is left in ${place}. It goes on by itself once there is some: free space there or lower the budgets of retention.`,
      { cause, retryable: true }
    )
  const retryable =
    code !== undefined || passingNames.test(name) || status === 408 || status === 429 || (status ?? 0) >= 500
  return new SightlineError('SL_BLOB_STORAGE', `The blobs in ${place} cannot be used: ${reason(name, code, status)}`, {
    cause,
    retryable
  })
}

/** True when the answer was that there is no such object. */
export function isMissing(error: unknown): boolean {
  const { name, status } = facts(error)
  return (
    name === 'NoSuchKey' ||
    name === 'NotFound' ||
    (status === 404 && name !== 'NoSuchBucket' && name !== 'NoSuchUpload')
  )
}

function reason(name: string, code: string | undefined, status: number | undefined): string {
  if (name === 'NoSuchBucket') return 'there is no such bucket. Make it, or name another with SIGHTLINE_S3_BUCKET.'
  if (name === 'RequestTimeTooSkewed') return 'the clocks of both machines differ by more than 15 minutes. Set them.'
  if (name === 'CredentialsProviderError')
    return 'there are no credentials. Set SIGHTLINE_S3_ACCESS_KEY_ID and SIGHTLINE_S3_SECRET_ACCESS_KEY, or use one of AWS’s own ways.'
  if (status === 401 || status === 403)
    return `the server refuses these credentials (${name}). Allow them to get, put, list and delete there.`
  if (code !== undefined || /^(TimeoutError|AbortError)$/.test(name))
    return `the server cannot be reached (${code ?? 'it did not answer in time'}). It is tried again.`
  return `the server answered ${status ?? 'nothing'} (${name}).`
}

interface Facts {
  readonly name: string
  readonly status?: number
  /** Of the operating system: the network failed. */
  readonly code?: string
  readonly requestId?: string
}

function facts(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: 'Unknown' }
  const metadata = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number; requestId?: string }) : {}
  const code =
    'code' in error && typeof error.code === 'string' && /^E[A-Z_]+$/.test(error.code) ? error.code : undefined
  return {
    name: /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : 'Unknown',
    ...(metadata?.httpStatusCode === undefined ? {} : { status: metadata.httpStatusCode }),
    ...(code === undefined ? {} : { code }),
    ...(metadata?.requestId === undefined ? {} : { requestId: metadata.requestId })
  }
}
