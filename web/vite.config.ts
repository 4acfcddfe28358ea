import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, type Plugin } from 'vite'
import { inFewFiles } from './build/few-files.ts'
import { firstLoads } from './build/first-loads.ts'

const here = import.meta.dirname
const worker = 'service-worker'
const few = inFewFiles(['index', 'shared'])

export default defineConfig({
  root: here,
  logLevel: 'error',
  plugins: [tailwindcss(), few.plugin, firstLoads(join(here, 'src/app/routes.tsx')), compressed()],
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    assetsDir: 'app', // Served below /app/: nothing of the server's is called that.
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // Those that know light-dark(), which themes are made of.
    modulePreload: { polyfill: false }, // It would be a script in the page, which the server's policy refuses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 500,
    // Said of every package for servers too, and of every slow machine.
    rolldownOptions: {
      input: {
        index: join(here, 'index.html'),
        shared: join(here, 'shared.html'),
        [worker]: join(here, `src/offline/${worker}.ts`)
      },
      // Browsers know the worker by its address, and ask for it again there.
      output: {
        entryFileNames: ({ name }) => `app/${name === worker ? name : '[name]-[hash]'}.js`,
        codeSplitting: { groups: few.groups }
      },
      checks: { moduleLevelDirective: false, pluginTimings: false }
    }
  }
})

/** Each text once more as browsers ask for it, `.br` and `.gz`: packed once here, and not at every request. */
function compressed(): Plugin {
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
