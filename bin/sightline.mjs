#!/usr/bin/env node
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findNode, runNode } from './pinned-node.mjs'

const here = realpathSync(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))

try {
  // Node 24.0 (the newest 24 that macOS on Apple silicon gets) calls type stripping and node:sqlite experimental.
  const quiet = '--disable-warning=ExperimentalWarning'
  runNode(findNode(here), [quiet, ...entry(), ...process.argv.slice(2)], process.env)
} catch (error) {
  process.stderr.write(`sightline: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

/**
 * What node is to run. A checkout runs its sources, so that what was just edited is what runs. An installed
 * package runs its built JavaScript, because Node strips no types under node_modules; one that was packed
 * without a build strips them itself (docs/decisions/2026-11-20-packing.md).
 */
function entry() {
  const source = join(root, 'src', 'cli.ts')
  const built = join(root, 'dist', 'cli.js')
  const installed = root.split(sep).includes('node_modules')
  if (!installed && existsSync(source)) return [source]
  if (existsSync(built)) return [built]
  if (existsSync(source)) return ['--import', pathToFileURL(join(root, 'bin', 'strip-types.mjs')).href, source]
  throw new Error(`neither dist/cli.js nor src/cli.ts is in ${root}: the package is incomplete, so install it again.`)
}
