import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** How often the holder shows that it lives, and after how long without a sign the lock counts as left behind. */
const beatMs = 1000
const staleAfterMs = 10_000

/**
 * Runs `work` while holding the lock file at `path`; waits while another process holds it. The holder touches the
 * file every second, so a lock whose owner was killed is taken over after ten, whatever machine it ran on.
 * @template T
 * @param {string} path
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, say, work) {
  const token = randomUUID()
  let told = false
  while (!taken(path, token)) {
    if (!told) say('another command is setting this checkout up; waiting for it')
    told = true
    await delay(100)
  }
  const beat = setInterval(() => touch(path), beatMs)
  const abandon = (/** @type {NodeJS.Signals} */ signal) => {
    rmSync(path, { force: true })
    process.exit(128 + constants.signals[signal])
  }
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  for (const signal of signals) process.on(signal, abandon)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    for (const signal of signals) process.off(signal, abandon)
    rmSync(path, { force: true })
  }
}

/**
 * @param {string} path
 * @param {string} token
 */
function taken(path, token) {
  try {
    writeFileSync(path, token, { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw unwritable(path, error)
    removeWhenStale(path, token)
    return false
  }
}

/**
 * Renaming before removing: when two processes find the same stale lock, one of them would otherwise remove the
 * fresh lock of the other.
 * @param {string} path
 * @param {string} token
 */
function removeWhenStale(path, token) {
  try {
    const owner = readFileSync(path, 'utf8')
    if (Date.now() - statSync(path).mtimeMs < staleAfterMs) return
    const aside = `${path}-${token}`
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') === owner) rmSync(aside, { force: true })
    else renameSync(aside, path)
  } catch {
    // The holder, or another that waits, was quicker: the next attempt sees how things stand.
  }
}

/** @param {string} path */
function touch(path) {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Somebody cleaned the checkout meanwhile; the work goes on.
  }
}

/**
 * @param {string} path
 * @param {unknown} cause
 */
function unwritable(path, cause) {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Error(`The checkout has to be set up, but ${path} cannot be written (${reason}).`, { cause })
}
