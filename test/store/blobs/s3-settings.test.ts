import { deepStrictEqual, doesNotMatch, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { s3Settings } from '../../../src/store/blobs/s3-settings.ts'
import { refusal } from './refusal.ts'

const bucket = { SIGHTLINE_S3_BUCKET: 'clips' }

test('S1 without a bucket there is no S3', () => {
  strictEqual(s3Settings({ SIGHTLINE_S3_REGION: 'eu-central-1' }), undefined)
  strictEqual(s3Settings({ SIGHTLINE_S3_BUCKET: '' }), undefined)
})

test('S2 a bucket alone means AWS with its own ways to credentials', () => {
  deepStrictEqual(s3Settings(bucket), { bucket: 'clips', prefix: '', region: 'us-east-1', pathStyle: false })
})

test('S3 with an address the bucket stands in the path, unless told otherwise', () => {
  const server = { ...bucket, SIGHTLINE_S3_ENDPOINT: 'http://127.0.0.1:9000', SIGHTLINE_S3_PREFIX: 'a/b' }
  const settings = s3Settings({ ...server, SIGHTLINE_S3_ACCESS_KEY_ID: 'id', SIGHTLINE_S3_SECRET_ACCESS_KEY: 'secret' })
  deepStrictEqual(settings, {
    bucket: 'clips',
    prefix: 'a/b/',
    region: 'us-east-1',
    pathStyle: true,
    endpoint: 'http://127.0.0.1:9000',
    keys: { accessKeyId: 'id', secretAccessKey: 'secret' }
  })
  strictEqual(s3Settings({ ...server, SIGHTLINE_S3_PATH_STYLE: 'false' })?.pathStyle, false)
})

const wrong = [
  ['a bucket with a path', { SIGHTLINE_S3_BUCKET: '../x' }],
  ['a bucket in capitals', { SIGHTLINE_S3_BUCKET: 'Clips' }],
  ['an address without a scheme', { ...bucket, SIGHTLINE_S3_ENDPOINT: 'minio:9000' }],
  ['an address of another scheme', { ...bucket, SIGHTLINE_S3_ENDPOINT: 'ftp://minio' }],
  ['a style that is none', { ...bucket, SIGHTLINE_S3_PATH_STYLE: 'yes' }],
  ['a prefix upwards', { ...bucket, SIGHTLINE_S3_PREFIX: 'a/../b' }],
  ['a prefix from the root', { ...bucket, SIGHTLINE_S3_PREFIX: '/a' }],
  ['half of the keys', { ...bucket, SIGHTLINE_S3_ACCESS_KEY_ID: 'id' }]
] as const

for (const [what, env] of wrong)
  test(`S4 settings are refused: ${what}`, () => {
    throws(() => s3Settings(env), refusal('SL_CONFIG_INVALID'))
  })

test('S5 a password in the address is refused and not shown', () => {
  const read = () => s3Settings({ ...bucket, SIGHTLINE_S3_ENDPOINT: 'https://me:hunter2@minio' })
  throws(read, error => {
    doesNotMatch(String(error), /hunter2/)
    return refusal('SL_CONFIG_INVALID')(error)
  })
})
