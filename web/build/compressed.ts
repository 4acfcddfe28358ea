import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** Each text once more as browsers ask for it, `.br` and `.gz`: packed once here, and not at every request. */
export function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const names = Object.keys(bundle).filter(name => /\.(js|css|svg|html)$/.test(name))
      await Promise.all(
        names.map(async name => {
          const bytes = await readFile(join(dir, name))
          const small = {
            params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
          }
          await writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(bytes, small))
          await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }))
        })
      )
    }
  }
}
