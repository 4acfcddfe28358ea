import { createHash } from 'node:crypto'
import { pipeline, type Readable, Transform } from 'node:stream'
import { damaged } from './refusals.ts'

/** The same bytes; in place of their end an error `SL_BLOB_DAMAGED` when they are not what the digest says. */
export function verifying(bytes: Readable, digest: string): Readable {
  const hash = createHash('sha256')
  const checked = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
    flush(done) {
      const found = hash.digest('hex')
      done(found === digest ? null : damaged(digest, `its bytes have the digest ${found}`))
    }
  })
  // Errors reach whoever reads: `pipeline` destroys the last stream with them.
  return pipeline(bytes, checked, () => {})
}
