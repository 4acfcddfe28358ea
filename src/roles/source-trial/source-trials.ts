import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceTrial, SourceTrialFailure } from '../../contract/api/source-trial.ts'
import { exitOf } from '../../core/child-exit.ts'
import { SightlineError } from '../../core/errors.ts'
import { childFlags } from '../../core/loaders.ts'
import type { EgressRules } from '../../media/egress/guard.ts'
import { checkStreamSettings } from '../streams/stream-check.ts'
import type { TrialPlace, TrialSettings } from './try-source.ts'

const entry = new URL(`./trial-worker${extname(import.meta.url)}`, import.meta.url)

export interface TrialOrder {
  readonly settings: TrialSettings
  readonly place: TrialPlace
  readonly limitMs: number
}
export type TrialAnswer = SourceTrial | SourceTrialFailure

export interface TrialsOptions {
  readonly place: TrialPlace
  /** Of the processes; without passwords and tokens. */
  readonly environment: Readonly<Record<string, string>>
  /** How long a source may take to give a picture, in milliseconds. */
  readonly limitMs?: number
}

/** Each is a process that decodes what a stranger sends: a handful of people who add cameras need no more. */
const mostAtOnce = 3
const usualLimitMs = 15_000
/** After its own limit has passed a process is ended by force. */
const graceMs = 3000

/** Opens sources once, each in a process of its own that ends with it: what a source sends can break nothing else. */
export class SourceTrials {
  readonly #options: TrialsOptions
  #running = 0
  #egress: EgressRules

  constructor(options: TrialsOptions) {
    this.#options = options
    this.#egress = options.place.egress
  }

  /** Others may be dialled from now on. */
  follow(egress: EgressRules): void {
    this.#egress = egress
  }

  /** @throws SL_TRIAL_LIMIT, SL_OPTION_INVALID, SL_INPUT_REFUSED; why a source gives nothing is an answer */
  async run(settings: TrialSettings, signal: AbortSignal): Promise<TrialAnswer> {
    if (this.#running >= mostAtOnce)
      throw new SightlineError(
        'SL_TRIAL_LIMIT',
        `${mostAtOnce} sources are being tried, as many as may be at once: try again in a few seconds.`,
        { retryable: true }
      )
    // What may not be asked for at all is a wrong request, and no answer about a source.
    checkStreamSettings('the source', settings)
    this.#running++
    try {
      return await this.#inProcess(settings, signal)
    } finally {
      this.#running--
    }
  }

  async #inProcess(settings: TrialSettings, signal: AbortSignal): Promise<TrialAnswer> {
    const { place, environment, limitMs = usualLimitMs } = this.#options
    const child = fork(fileURLToPath(entry), [], {
      execArgv: childFlags(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...environment },
      detached: process.platform !== 'win32'
    })
    const exited = exitOf(child)
    let answer: TrialAnswer | undefined
    child.once('message', message => {
      answer = message as TrialAnswer
    })
    const end = () => void child.kill('SIGKILL')
    const timer = setTimeout(end, limitMs + graceMs)
    signal.addEventListener('abort', end, { once: true })
    const order: TrialOrder = { settings, place: { ...place, egress: this.#egress }, limitMs }
    if (child.connected) child.send(order, () => undefined)
    await exited
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    return (
      answer ?? { outcome: 'fails', code: 'SL_WORKER_CRASHED', reason: 'The process that opened the source ended.' }
    )
  }
}
