import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { type DeadLetter, DeadLetters } from '../events/dead-letters.ts'
import { StoreSink } from '../store/log-sink.ts'
import { type DataFlags, dataPlace } from './data-place.ts'
import { openStore } from './jobs-store.ts'
import { parseNumber } from './parse-regions.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface LetterFlags extends DataFlags {
  readonly after?: string
  readonly limit?: string
  readonly all?: boolean
  readonly json?: boolean
}

/** `sightline dead-letters`: records that the store refused, beside a running instance or without one. Actions throw SightlineError. */
export function deadLettersCommand(
  terminal: Terminal = process,
  environment: NodeJS.ProcessEnv = process.env
): Command {
  const command = new Command('dead-letters').description(
    'look at records that could not be kept, and decide about them'
  )
  const verb = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA or ./data)')
      .option('--json', 'nothing but JSON on standard output')
  verb('list', 'what there is, oldest first, and why')
    .option('--after <n>', 'go on behind this number', '0')
    .option('--limit <n>', 'as many at most', '100')
    .action((flags: LetterFlags) => list(flags, terminal, environment))
  verb('show', 'one of them with its content, as JSON')
    .argument('<number>', 'as `dead-letters list` shows it')
    .action((number: string, flags: LetterFlags) => show(number, flags, terminal, environment))
  verb('replay', 'hand them to the store once more; what it takes is a dead letter no longer')
    .argument('[numbers...]', 'as `dead-letters list` shows them')
    .option('--all', 'every one')
    .action((numbers: string[], flags: LetterFlags) => replay(numbers, flags, terminal, environment))
  verb('remove', 'throw them away for good')
    .argument('[numbers...]', 'as `dead-letters list` shows them')
    .option('--all', 'every one')
    .action((numbers: string[], flags: LetterFlags) => remove(numbers, flags, terminal, environment))
  return command
}

async function list(flags: LetterFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const after = parseNumber('--after', flags.after ?? '0', 0, Number.MAX_SAFE_INTEGER)
  const limit = parseNumber('--limit', flags.limit ?? '100', 1, 1000)
  using letters = await openLetters(flags, environment)
  const found = letters?.list({ after, limit: limit + 1 }) ?? []
  const page = found.slice(0, limit)
  const next = found.length > limit ? page.at(-1)!.n : null
  stdout.write(flags.json ? `${JSON.stringify({ letters: page, next })}\n` : listText(page, next))
}

async function show(number: string, flags: LetterFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv) {
  const [n] = parseNumbers([number])
  using letters = await openLetters(flags, environment)
  const [letter] = letters?.list({ after: n! - 1, limit: 1 }) ?? []
  if (letter?.n !== n) throw notThere(n!)
  const { text, bytes } = letters!.remains(n!)
  stdout.write(
    `${JSON.stringify({ ...letter, text, bytes: bytes && Buffer.from(bytes).toString('base64') }, null, 2)}\n`
  )
}

async function replay(numbers: string[], flags: LetterFlags, terminal: Terminal, environment: NodeJS.ProcessEnv) {
  const asked = parseNumbers(numbers)
  using letters = await openLetters(flags, environment)
  const meant = meantBy(asked, flags, letters)
  const replayed: number[] = []
  const refused: { n: number; code: string; message: string }[] = []
  if (letters && meant.length > 0) {
    await using store = await openStore(flags, environment)
    await using sink = new StoreSink(store)
    for (const n of meant) {
      try {
        await letters.replay(n, [sink])
        replayed.push(n)
      } catch (error) {
        // A store that is away refuses nothing.
        if (!(error instanceof SightlineError) || error.retryable) throw error
        refused.push({ n, code: error.code, message: error.message })
      }
    }
  }
  if (flags.json) terminal.stdout.write(`${JSON.stringify({ replayed, refused })}\n`)
  else {
    for (const { n, code, message } of refused) terminal.stderr.write(`${n}  stays: ${shown(message)} [${code}]\n`)
    terminal.stdout.write(`${counted(replayed.length)} taken.\n`)
  }
  if (refused.length > 0)
    throw new SightlineError(
      'SL_RECORD_INVALID',
      `${counted(refused.length)} refused again: \`sightline dead-letters show NUMBER\` has the content, \`remove\` throws it away.`
    )
}

async function remove(numbers: string[], flags: LetterFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv) {
  const asked = parseNumbers(numbers)
  using letters = await openLetters(flags, environment)
  const removed = letters?.remove(meantBy(asked, flags, letters)) ?? 0
  stdout.write(flags.json ? `${JSON.stringify({ removed })}\n` : `${counted(removed)} removed.\n`)
}

/** Undefined for a folder in which nothing was ever refused. */
async function openLetters(flags: LetterFlags, environment: NodeJS.ProcessEnv): Promise<DeadLetters | undefined> {
  const { folder } = await dataPlace(flags, environment)
  return existsSync(folder.deadLetters) ? new DeadLetters(folder.deadLetters) : undefined
}

/** Those that are named, all of which have to be there, or every one. */
function meantBy(asked: readonly number[], { all }: LetterFlags, letters: DeadLetters | undefined): readonly number[] {
  if (Boolean(all) === asked.length > 0)
    throw new SightlineError('SL_OPTION_INVALID', 'Name dead letters by their numbers, or all of them by --all.')
  const there = allNumbers(letters)
  if (all) return there
  const missing = asked.find(n => !there.includes(n))
  if (missing !== undefined) throw notThere(missing)
  return asked
}

function allNumbers(letters: DeadLetters | undefined): readonly number[] {
  const numbers: number[] = []
  for (let page = letters?.list({ limit: 1000 }) ?? []; page.length > 0; ) {
    numbers.push(...page.map(({ n }) => n))
    page = letters!.list({ after: numbers.at(-1)!, limit: 1000 })
  }
  return numbers
}

function parseNumbers(texts: readonly string[]): readonly number[] {
  return [...new Set(texts)].map(text => {
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `“${text}” is no number of a dead letter: \`dead-letters list\` shows them.`
    )
  })
}

function notThere(n: number): SightlineError {
  return new SightlineError('SL_DEAD_LETTER_NOT_FOUND', `There is no dead letter ${n}: list them to see their numbers.`)
}

function listText(letters: readonly DeadLetter[], next: number | null): string {
  if (letters.length === 0) return 'There are no dead letters: everything was kept.\n'
  const rows = letters.map(letter => [
    String(letter.n),
    new Date(letter.addedMs).toISOString(),
    letter.id === null ? `row ${letter.seq} of ${shown(letter.log)}` : shown(letter.id),
    `${shown(letter.message)} [${letter.code}]`
  ])
  const more = next === null ? '' : `There are more: --after ${next} shows them.\n`
  return table([['NUMBER', 'SINCE', 'RECORD', 'WHY'], ...rows]) + more
}

/** Another program may have written it: nothing of it is to move a terminal's cursor. */
function shown(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD')
}

function counted(letters: number): string {
  return letters === 1 ? 'One dead letter was' : `${letters} dead letters were`
}
