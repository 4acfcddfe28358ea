import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './run-quietly.mjs'

/**
 * Whatever the user's own npm settings leave out, the scripts need it; nothing a package ships runs; and npm says why
 * it failed even below `npm run --silent`.
 */
const flags = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** npm waits 10 s and then a minute between its attempts; offline that is a long time to look at one line. */
const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']

/**
 * When `npm ci` refuses although the packages can be had: files in use (it begins by removing node_modules, which a
 * program running from there forbids on Windows), or a lock file that lacks an optional package of some other
 * platform. `npm install` follows the lock file as far as it goes, and with --no-save leaves it as it is.
 */
const secondWay = /\b(EBUSY|EPERM|ENOTEMPTY|EUSAGE)\b/

/**
 * Installs what package-lock.json says.
 * @param {string} root
 * @throws {Error} with npm's messages and a sentence that names the cause and the way out
 */
export async function installPackages(root) {
  let { code, output } = await runQuietly('npm', ['ci', ...flags, ...patience], root)
  if (code !== 0 && secondWay.test(output)) {
    ;({ code, output } = await runQuietly('npm', ['install', '--no-save', ...flags, ...patience], root))
  }
  if (code !== 0) throw new Error(`npm said:\n${output}\n${explanation(output)}`)
  const missing = missingPackages(root).find(({ entry }) => isForThisMachine(entry))
  if (missing) {
    throw new Error(
      `npm passed over ${missing.path}, which this machine needs, most likely because its download failed: run the same command again.`
    )
  }
}

/** @param {string} output what npm said */
function explanation(output) {
  const network = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(
    output
  )
  if (network) {
    return `The packages are not installed: the package registry cannot be reached (${network[1]}). Connect to the network, or name the registry or proxy to npm, and run the same command again.`
  }
  if (/\bENOSPC\b/.test(output)) {
    return 'The packages are not installed: the disk is full. They take about 900 MB; make room and run the same command again.'
  }
  return 'The packages are not installed; what npm said above tells why.'
}

/**
 * Whether node_modules already holds what package-lock.json says, by npm's own record of what it installed. So
 * nobody who ran `npm ci` or `npm install` waits for a second installation.
 * @param {string} root
 */
export function holdsWhatTheLockSays(root) {
  return missingPackages(root).every(({ entry }) => entry.optional === true && !isForThisMachine(entry))
}

/**
 * What the lock file names and node_modules lacks, or has in another version.
 * @param {string} root
 */
function missingPackages(root) {
  const locked = packagesOf(join(root, 'package-lock.json'))
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  return Object.entries(locked)
    .filter(([path, entry]) => path !== '' && !entry.link && !isSame(entry, installed[path]))
    .map(([path, entry]) => ({ path, entry }))
}

/**
 * @param {LockedPackage} locked
 * @param {LockedPackage | undefined} installed
 */
function isSame(locked, installed) {
  return installed !== undefined && installed.version === locked.version && installed.integrity === locked.integrity
}

/**
 * npm passes over an optional package that it could not download, without a word. Those that carry binaries for
 * this machine are needed all the same.
 * @param {LockedPackage} entry
 */
function isForThisMachine({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined) return false
  if (![os].flat().includes(process.platform) || ![cpu].flat().includes(process.arch)) return false
  return libc === undefined || [libc].flat().includes(libraryOfC())
}

/** `glibc` or `musl`; only Linux packages ask. */
function libraryOfC() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return report.header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 * @property {string | string[]} [os]
 * @property {string | string[]} [cpu]
 * @property {string | string[]} [libc]
 */

/**
 * @param {string} path a lock file of npm's version 3
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {}
}
