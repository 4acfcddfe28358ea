import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'
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
