import { SightlineError } from '../../core/errors.ts'

/** Where blobs lie on S3. Without keys the credentials come from where AWS's own tools look for them. */
export interface S3Settings {
  readonly bucket: string
  /** Begins every key, such as `sightline/`. */
  readonly prefix: string
  readonly region: string
  /** Address of a server that is not AWS. */
  readonly endpoint?: string
  /** `http://host/bucket/key` in place of `http://bucket.host/key`, as most servers that are not AWS want. */
  readonly pathStyle: boolean
  readonly keys?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
}

/**
 * The settings in the variables `SIGHTLINE_S3_BUCKET`, `_PREFIX`, `_REGION`, `_ENDPOINT`, `_PATH_STYLE`,
 * `_ACCESS_KEY_ID`, `_SECRET_ACCESS_KEY` and `_SESSION_TOKEN`; undefined where no bucket is named.
 * @throws SL_CONFIG_INVALID
 */
export function s3Settings(env: Readonly<Record<string, string | undefined>>): S3Settings | undefined {
  const read = (name: string): string | undefined => env[`SIGHTLINE_S3_${name}`] || undefined
  const bucket = read('BUCKET')
  if (bucket === undefined) return undefined
  // The name becomes part of an address.
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw invalid('BUCKET', bucket, 'is no name of a bucket. Give 3 to 63 of a-z, 0-9, dot and hyphen')
  const endpoint = read('ENDPOINT')
  if (endpoint !== undefined) checkEndpoint(endpoint)
  const style = read('PATH_STYLE') ?? (endpoint === undefined ? 'false' : 'true')
  if (style !== 'true' && style !== 'false') throw invalid('PATH_STYLE', style, 'is neither true nor false')
  const accessKeyId = read('ACCESS_KEY_ID')
  const secretAccessKey = read('SECRET_ACCESS_KEY')
  const sessionToken = read('SESSION_TOKEN')
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      'Of SIGHTLINE_S3_ACCESS_KEY_ID and SIGHTLINE_S3_SECRET_ACCESS_KEY only one is set. Set both, or neither to use AWS’s own ways.'
    )
  return {
    bucket,
    prefix: checkedPrefix(read('PREFIX') ?? ''),
    region: read('REGION') ?? 'us-east-1',
    pathStyle: style === 'true',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { keys: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } })
  }
}

function checkedPrefix(prefix: string): string {
  if (prefix === '') return ''
  const folder = prefix.endsWith('/') ? prefix : `${prefix}/`
  if (/^([A-Za-z0-9!_.*'()-]+\/)+$/.test(folder) && !/(^|\/)\.{1,2}\//.test(folder) && folder.length <= 512)
    return folder
  throw invalid('PREFIX', prefix, 'cannot begin a key. Give folders of letters and digits, such as sightline/')
}

function checkEndpoint(endpoint: string): void {
  const url = URL.parse(endpoint)
  // Not shown when it may hold a password.
  if (url?.username || url?.password)
    throw new SightlineError(
      'SL_CONFIG_INVALID',
      'SIGHTLINE_S3_ENDPOINT holds a user or password. Give these as SIGHTLINE_S3_ACCESS_KEY_ID and SIGHTLINE_S3_SECRET_ACCESS_KEY.'
    )
  if (!url || !/^https?:$/.test(url.protocol))
    throw invalid('ENDPOINT', endpoint, 'is no address. Give one such as https://minio.example:9000')
}

function invalid(name: string, value: string, what: string): SightlineError {
  return new SightlineError('SL_CONFIG_INVALID', `SIGHTLINE_S3_${name}=${JSON.stringify(value)} ${what}.`)
}
