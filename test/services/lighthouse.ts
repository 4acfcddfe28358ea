import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { userCache } from '../../src/core/user-cache.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { phoneSlowdown } from './phone-slowdown.ts'

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
  /** How fast the machine was just then, as Lighthouse measures it, and by how much it was slowed down to be the phone. */
  readonly index: number
  readonly slowdown: number
  /** The performance that the same load has as Lighthouse slows every machine down. */
  readonly unadjusted: number
}

interface Result {
  readonly environment: { readonly benchmarkIndex: number }
  readonly categories: Readonly<
    Record<
      string,
      { readonly score: number; readonly auditRefs: readonly { readonly id: string; readonly weight: number }[] }
    >
  >
  readonly audits: Readonly<Record<string, { readonly score: number | null; readonly displayValue?: string }>>
}

/** What it wrote of a load. */
interface Artifacts {
  readonly settings: { readonly throttling: { cpuSlowdownMultiplier: number } }
}

export interface JudgedPage {
  readonly url: string
  /** Where Chromium listens. */
  readonly port: number
  readonly as: 'phone' | 'desk'
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

/**
 * Judges a page in the Chromium that listens on `port`, as a desk or as a phone, whose slow network and processor are reckoned: as
 * the same phone on every machine (`phoneSlowdown`).
 */
export async function judgePage(path: string, page: JudgedPage): Promise<Judgement> {
  const attempt = async () => {
    await using folder = await temporaryFolder()
    return await judgeLoad(path, page, folder.path)
  }
  try {
    return await attempt()
  } catch (error) {
    // Now and then the trace begins after the page did: https://github.com/GoogleChrome/lighthouse/issues/2394.
    if (!(error instanceof Error && error.message.includes('NO_NAVSTART'))) throw error
    return await attempt()
  }
}

/** One load of a page, judged. */
async function judgeLoad(path: string, { url, port, as }: JudgedPage, folder: string): Promise<Judgement> {
  const common = [
    ...[path, url, '--quiet', '--no-enable-error-reporting'],
    ...['--only-categories=performance,accessibility,best-practices', ...(as === 'desk' ? ['--preset=desktop'] : [])]
  ]
  // What the browser kept from the page before is forgotten; who is signed in stays it.
  await lighthouse([...common, `--port=${port}`, `-G=${folder}`])
  const judge = async (flags: readonly string[]) =>
    JSON.parse(await lighthouse([...common, '--output=json', `-A=${folder}`, ...flags])) as Result
  const usual = await judge([])
  const index = usual.environment.benchmarkIndex
  if (as === 'desk') return { ...judgementOf(usual), index, slowdown: 1, unadjusted: performanceOf(usual) }
  const slowdown = phoneSlowdown(index)
  await changeSlowdown(join(folder, 'artifacts.json'), slowdown)
  const adjusted = await judge([`--throttling.cpuSlowdownMultiplier=${slowdown}`])
  return { ...judgementOf(adjusted), index, slowdown, unadjusted: performanceOf(usual) }
}

/**
 * What was gathered is judged only with the settings that it was gathered with. This one changes nothing that is measured: a load is
 * as fast as the machine is, and what a slower one would have taken is reckoned from it.
 */
async function changeSlowdown(path: string, slowdown: number): Promise<void> {
  const artifacts = JSON.parse(await readFile(path, 'utf8')) as Artifacts
  artifacts.settings.throttling.cpuSlowdownMultiplier = slowdown
  await writeFile(path, JSON.stringify(artifacts))
}

function performanceOf({ categories }: Result): number {
  return Math.round(100 * (categories.performance?.score ?? 0))
}

function judgementOf({ categories, audits }: Result): Pick<Judgement, 'scores' | 'faults'> {
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

/** What it says. @throws where it failed, with what it complained of */
async function lighthouse(args: readonly string[]): Promise<string> {
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
  return output
}
