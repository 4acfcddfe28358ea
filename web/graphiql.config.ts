import { join } from 'node:path'
import { defineConfig } from 'vite'
import { compressed } from './build/compressed.ts'
import { withoutLetters } from './build/without-letters.ts'

const here = import.meta.dirname

/**
 * The page for trying GraphQL out, beside the app and built after it: what both are made of is in both, so that the app's files stay as
 * they are and this page begins without them.
 */
export default defineConfig({
  root: here,
  logLevel: 'error',
  publicDir: false,
  plugins: [withoutLetters(/\/graphiql\/dist\/style\.css$/), compressed()],
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: false,
    assetsDir: 'app',
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    license: { fileName: 'graphiql-licences.md' },
    rolldownOptions: {
      input: { graphiql: join(here, 'graphiql.html') },
      output: { codeSplitting: false },
      checks: { moduleLevelDirective: false, pluginTimings: false }
    }
  }
})
