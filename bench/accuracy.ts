// Usage: node bench/accuracy.ts [--set val|train] [--only NAME,…] [--no-peers] [--pairs] [--sequences]
// Prints Markdown: how good every tracker is, ours and others', on the sequences of a set. SIGHTLINE_CLIPS is their folder.
// --pairs: ours beside what they are made after, with the same settings (SIGHTLINE_PEERS has the authors' programs).
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readMotFile } from '../src/commands/mot-files.ts'
import { type Scores, scorecard, type Tally } from '../src/evaluation/scorecard.ts'
import { type Contestant, contestants, pairs } from './accuracy-contestants.ts'
import { score, trackOurs } from './accuracy-run.ts'
import { type AccuracySequence, accuracySequences, sets } from './accuracy-sequences.ts'
import { cache } from './clips.ts'
import { openPython } from './peers/python.ts'
import { runProgram } from './program.ts'

const report = (line: string) => process.stderr.write(`${line}\n`)

/** Every sequence of the set, tracked by one contestant and scored. */
type Tallies = ReadonlyMap<AccuracySequence, Tally>

async function trackTheirs(sequences: readonly AccuracySequence[], { theirs }: Contestant, folder: string) {
  const python = await openPython(report)
  if (!python) return undefined
  const out = (at: number) => join(folder, `${at}.txt`)
  const plan = sequences.map(({ detections, fps, frames }, at) => {
    return { ...theirs!, detections, fps, frames, out: out(at) }
  })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  await runProgram(python('peers', 'track.py', join(folder, 'plan.json')))
  return sequences.map((_, at) => readMotFile(out(at)))
}

async function tally(
  contestant: Contestant,
  sequences: readonly AccuracySequence[],
  folder: string
): Promise<Tallies | undefined> {
  report(contestant.label)
  if (contestant.ours) return new Map(sequences.map(each => [each, score(each, trackOurs(each, contestant.ours!))]))
  const results = await trackTheirs(sequences, contestant, folder)
  return results && new Map(sequences.map((each, at) => [each, score(each, results[at]!)]))
}

const columns = ['HOTA', 'DetA', 'AssA', 'LocA', 'MOTA', 'IDF1'] as const
const percent = (value: number | undefined) => (100 * (value ?? Number.NaN)).toFixed(2)

/** Counts of the sequences together. */
function together(tallies: Tallies, isWanted: (sequence: AccuracySequence) => boolean): Scores {
  return scorecard(new Map([...tallies].filter(([each]) => isWanted(each)).map(([{ name }, own]) => [name, own])))
    .combined
}

/** The mean over seeds of what the set gives with one seed's sequences. */
function meanOverSeeds(tallies: Tallies, seeds: readonly number[], kind?: AccuracySequence['kind']): number[] {
  const bySeed = seeds.map(seed =>
    together(tallies, each => (each.seed === 0 || each.seed === seed) && (!kind || each.kind === kind))
  )
  return columns.map(column => bySeed.reduce((sum, scores) => sum + scores[column]!, 0) / seeds.length)
}

function line(label: string, ...values: readonly (number | undefined)[]): string {
  return `| ${[label, ...values.map(percent)].join(' | ')} |`
}

function heading(first: string, names: readonly string[]): string {
  return `| ${[first, ...names].join(' | ')} |\n|${'---|'.repeat(names.length + 1)}`
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      set: { type: 'string', default: 'val' },
      only: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      pairs: { type: 'boolean', default: false },
      sequences: { type: 'boolean', default: false }
    }
  })
  const clips = process.env.SIGHTLINE_CLIPS
  if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')
  if (values.set !== 'train' && values.set !== 'val') throw new Error(`--set ${values.set}: train or val.`)
  await mkdir(cache, { recursive: true })
  const sequences = await accuracySequences(join(clips, 'mot'), values.set)
  const { seeds } = sets[values.set]
  const wanted = (values.pairs ? pairs : contestants).filter(
    ({ label, theirs }) =>
      (!values['no-peers'] || !theirs) && (!values.only || values.only.split(',').some(part => label.includes(part)))
  )
  const folder = await mkdtemp(join(cache, 'accuracy-'))
  const all = new Map<string, Tallies>()
  try {
    for (const contestant of wanted) {
      const tallies = await tally(contestant, sequences, folder)
      if (tallies) all.set(contestant.label, tallies)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  process.stdout.write(`${tables(all, seeds, values.sequences ? sequences : []).join('\n')}\n`)
}

function tables(
  all: ReadonlyMap<string, Tallies>,
  seeds: readonly number[],
  sequences: readonly AccuracySequence[]
): string[] {
  const lines: string[] = []
  for (const [title, kind] of [['combined'], ['MOT15', 'mot15'], ['SportsMOT', 'sports']] as const) {
    lines.push('', heading(title, columns))
    for (const [label, tallies] of all) lines.push(line(label, ...meanOverSeeds(tallies, seeds, kind)))
  }
  if (sequences.length > 0) lines.push('', heading('HOTA', [...all.keys()]))
  for (const name of new Set(sequences.map(each => each.name))) {
    const own = [...all.values()].map(tallies => {
      const found = [...tallies].filter(([each]) => each.name === name)
      const hotas = found.map(([each]) => together(tallies, other => other === each).HOTA!)
      return hotas.reduce((sum, hota) => sum + hota, 0) / hotas.length
    })
    lines.push(line(name, ...own))
  }
  return lines.slice(1)
}

await main()
