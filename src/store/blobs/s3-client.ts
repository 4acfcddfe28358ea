import type { S3Client } from '@aws-sdk/client-s3'
import { redactUrl } from '../../core/redact.ts'
import type { S3Settings } from './s3-settings.ts'

export interface S3Timeouts {
  /** To reach the server. Default 5 s. */
  readonly connectMs?: number
  /** Without a byte in either direction. Default 30 s: lower finds a dead server sooner, higher bears with a busy one. */
  readonly idleMs?: number
  /** For a request without content, attempts included. Default 10 s; has to stay below the time after which removals are taken over. */
  readonly requestMs?: number
}

/** What errors call it. */
export function placeOf({ bucket, prefix, endpoint, region }: S3Settings): string {
  return `the bucket ${bucket}/${prefix} at ${endpoint ? redactUrl(endpoint) : `AWS in ${region}`}`
}

export function makeClient(
  { S3Client }: typeof import('@aws-sdk/client-s3'),
  { region, pathStyle, endpoint, keys }: S3Settings,
  { connectMs = 5_000, idleMs = 30_000 }: S3Timeouts
): S3Client {
  return new S3Client({
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: connectMs, socketTimeout: idleMs },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keys === undefined ? {} : { credentials: keys })
  })
}
