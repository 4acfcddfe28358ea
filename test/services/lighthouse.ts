import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { userCache } from '../../src/core/user-cache.ts'

/** Brings Sentry, Puppeteer and some twenty others: too much to be a dependency of everybody who works here. */
const version = '13.5.0'

/** Of 100. */
export interface Scores {
  readonly performance: number
  readonly accessibility: number
  readonly 'best-practices': number
}

export interface Judgement {
  readonly scores: Scores
  /** What took points away, worst first: `largest-contentful-paint 2.9 s`. */
  readonly faults: readonly string[]
}

interface Result {
  readonly categories: Readonly<
    Record<
      string,
      { readonly score: number; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }
    >
  >
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly displayValue?: string }>>
}

/** Lighthouse from npm, in a folder of its own. Otherwise a sentence that says what is missing. */
export function findLighthouse(): { readonly path: string } | { readonly missing: string } {
  const services = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')
  const folder = join(services, `lighthouse-${version}`)
  const path = join(folder, 'node_modules/lighthouse/cli/index.js')
  if (existsSync(path)) return { path }
  mkdirSync(folder, { recursive: true })
  process.stderr.write(`Fetching Lighthouse ${version} into ${folder}.\n`)
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefix', folder]
  const done = spawnSync('npm', ['install', ...flags, `lighthouse@${version}`], { stdio: ['ignore', 2, 2] })
  return done.status === 0 && existsSync(path)
    ? { path }
    : { missing: `Lighthouse ${version} could not be fetched with npm (its output is above).` }
}

/** Judges a page in the Chromium that listens on `port`, as a phone (its slow network and processor reckoned) or as a desk. */
export async function judgePage(
  path: string,
  { url, port, as }: { readonly url: string; readonly port: number; readonly as: 'phone' | 'desk' }
): Promise<Judgement> {
  const args = [
    // What the browser kept from the page before is forgotten; who is signed in stays it.
    ...[path, url, `--port=${port}`, '--output=json', '--quiet'],
    ...['--no-enable-error-reporting', '--only-categories=performance,accessibility,best-practices'],
    ...(as === 'desk' ? ['--preset=desktop'] : [])
  ]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true' }
  })
  const [output, complaint, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close')
  ])
  if (status !== 0) throw new Error(`Lighthouse ended with ${status}: ${complaint.slice(-2000)}`)
  const { categories, audits } = JSON.parse(output) as Result
  const scores = Object.fromEntries(
    Object.entries(categories).map(([name, { score }]) => [name, Math.round(100 * score)])
  )
  const counted = Object.values(categories).flatMap(({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0))
  const faults = counted
    .map(({ id, weight }) => ({ id, lost: weight * (1 - (audits[id]?.score ?? 1)), value: audits[id]?.displayValue }))
    .filter(({ lost }) => lost > 0)
    .sort((a, b) => b.lost - a.lost)
    .map(({ id, value }) => `${id} ${value ?? ''}`.trim())
  return { scores: scores as unknown as Scores, faults }
}
