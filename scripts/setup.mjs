// `node scripts/setup.mjs ARGS…` makes the checkout ready and becomes `node ARGS…` on the pinned Node 24. Every
// script of package.json goes through here. Plain JavaScript for any Node from 20 on, and nothing of npm's:
// it runs before there are packages. It never writes to standard output, which belongs to the command.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode, runNode } from '../bin/pinned-node.mjs'
import { bringUpToDate, outdated } from './setup/freshness.mjs'
import { withLock } from './setup/lock.mjs'
import { steps } from './setup/steps.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../..')

try {
  if (Number.parseInt(process.versions.node, 10) < 20) {
    throw new Error(`Sightline's scripts need Node 20 or newer, and this is Node ${process.versions.node}.`)
  }
  if (outdated(root, steps).length > 0) {
    await withLock(join(root, '.setup-lock'), say, () => bringUpToDate(root, steps, say))
  }
  const args = process.argv.slice(2)
  if (args.length > 0) {
    runNode(
      findNode(join(root, 'package.json')),
      ['--disable-warning=ExperimentalWarning', ...placed(args)],
      args[0] === '--test' ? compiledOnce(environment()) : environment()
    )
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

/**
 * The program itself runs where the user is, so that `npm run analyze -- clip.mp4` means a clip there; npm moves
 * everything to the root of the package, and says in INIT_CWD where it was called.
 * @param {string[]} args
 */
function placed(args) {
  if (args[0] !== 'src/cli.ts') return args
  process.chdir(process.env.INIT_CWD ?? process.cwd())
  return [join(root, 'src/cli.ts'), ...args.slice(1)]
}

/** What the command sees: the models and clips that lie beside the checkout, unless the user has named others. */
function environment() {
  const env = { ...process.env }
  const beside = { SIGHTLINE_MODELS: '../shared/data/models', SIGHTLINE_CLIPS: '../shared/data' }
  for (const [name, path] of Object.entries(beside)) {
    const folder = resolve(root, path)
    if (env[name] === undefined && existsSync(folder)) env[name] = folder
  }
  return env
}

/**
 * Every file of tests is a process of its own, and most load the same modules.
 * @param {NodeJS.ProcessEnv} env
 */
function compiledOnce(env) {
  return { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/code'), ...env }
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`setup: ${line}\n`)
}
