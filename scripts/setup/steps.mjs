import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findNode } from '../../bin/pinned-node.mjs'
import { holdsWhatTheLockSays, installPackages } from './packages.mjs'
import { runQuietly } from './run-quietly.mjs'

/** @import { Step } from './freshness.mjs' */

/**
 * What a checkout needs, in the order of making. A further thing to build is a further row.
 * @type {readonly Step[]}
 */
export const steps = [
  {
    name: 'packages',
    doing: 'installing packages (once, and when package-lock.json changes; about 900 MB)',
    inputs: ['package-lock.json'],
    stamp: 'node_modules/.sightline-setup',
    done: holdsWhatTheLockSays,
    run: installPackages
  },
  {
    name: 'web app',
    doing: 'building the web app',
    inputs: ['web', 'src/contract', 'package-lock.json'],
    stamp: 'web/dist/.sightline-setup',
    wanted: root => existsSync(join(root, 'web', 'package.json')), // Without one, npm would build the root, which waits for us.
    optional: true,
    run: buildWebApp
  },
  {
    // Development runs src/ as it is; this keeps a plain `npm pack` right (docs/decisions/2026-11-20-packing.md).
    name: 'built JavaScript',
    inputs: ['src', 'tsconfig.json', 'tsconfig.build.json'],
    stamp: 'dist/.sightline-setup',
    wanted: root => existsSync(join(root, 'tsconfig.build.json')),
    optional: true,
    run: buildDist
  }
]

/** @param {string} root */
async function buildWebApp(root) {
  const { code, output } = await runQuietly('npm', ['run', 'build'], join(root, 'web'))
  if (code !== 0)
    throw new Error(`${output}\nThe web app is not built; what is said above tells why. Everything else runs.`)
}

/** @param {string} root */
async function buildDist(root) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', 'tsconfig.build.json', '--noCheck']
  const { code } = await runQuietly(findNode(join(root, 'package.json')), args, root)
  if (code === 0) return
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  throw new Error('dist/ is not built, because src/ does not compile: `npm run types` says where.')
}
