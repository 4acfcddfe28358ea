import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { installed } from './debian-packages.ts'

export interface ChromiumOptions {
  /** Flags beside ours. `fakeCamera` is what pages that ask for a camera need. */
  readonly args?: readonly string[]
  /** A network namespace (`ip netns`) to run in; only root may. */
  readonly netns?: string
  /** PEM: an authority that it trusts beside those that it comes with. */
  readonly trust?: string
}

export interface RunningChromium extends AsyncDisposable {
  /** Contexts and pages are made with Playwright's own API; a context starts with no cookies and no storage. */
  readonly browser: Browser
}

/** A camera and a microphone that are there for every page and need nobody's consent: the camera shows a test pattern. */
export const fakeCamera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync']
]

/** Debian's Chromium; installed where that may be done. Otherwise a sentence that says what is missing. */
export function findChromium(): { readonly path: string } | { readonly missing: string } {
  const find = () =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .map(folder => join(folder, 'chromium'))
      .find(existsSync)
  const missing = installed(['chromium'], () => find() !== undefined)
  return missing ?? { path: find()! }
}

/** Starts a Chromium without a window and with a profile of its own. Ends with this process, however that ends. */
export async function startChromium({ args = [], netns, trust }: ChromiumOptions = {}): Promise<RunningChromium> {
  const found = findChromium()
  if ('missing' in found) throw new Error(found.missing)
  const folder = await mkdtemp(join(tmpdir(), 'sightline-chromium-'))
  try {
    const executablePath = netns === undefined ? found.path : await insideNamespace(netns, found.path, folder)
    if (trust !== undefined) await trustAuthority(trust, folder)
    const browser = await chromium.launch({
      executablePath,
      args: [...quiet, ...args],
      headless: true,
      timeout: 60_000,
      env: { ...process.env, HOME: folder }
    })
    return {
      browser,
      async [Symbol.asyncDispose]() {
        await browser.close()
        await rm(folder, { recursive: true, force: true })
      }
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** A program that starts the other one in a network namespace, with the open files that Playwright talks through. */
async function insideNamespace(netns: string, program: string, folder: string): Promise<string> {
  const path = join(folder, 'chromium-in-namespace')
  await writeFile(path, `#!/bin/sh\nexec ip netns exec '${netns}' '${program}' "$@"\n`, { mode: 0o755 })
  return path
}

/** Where Chromium looks for it: in the database that Linux programs share, below the home folder. */
async function trustAuthority(authority: string, home: string): Promise<void> {
  const missing = installed(['libnss3-tools'], () => spawnSync('certutil', ['-H']).error === undefined)
  if (missing) throw new Error(missing.missing)
  const file = join(home, 'ca.crt')
  const database = join(home, '.pki', 'nssdb')
  await writeFile(file, authority)
  await mkdir(database, { recursive: true })
  execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password'])
  execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'Sightline', '-i', file])
}
