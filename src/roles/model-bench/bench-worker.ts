// A process with one model in it, so that its memory is the model's: opened once, then run whenever the other side says.
import { SightlineError } from '../../core/errors.ts'
import { openPool } from '../../vision/open-pool.ts'
import { pixelRequest } from '../../vision/session-task.ts'
import type { FromBench, ToBench } from './bench-messages.ts'
import { type MeasuredPool, poolRound } from './pool-rounds.ts'

const before = process.memoryUsage.rss()
let opened: MeasuredPool | undefined

async function open({ task, model: options }: Extract<ToBench, { type: 'open' }>): Promise<FromBench> {
  const { model, pool } = await openPool(options, task === 'face' ? 'detect' : task)
  const { width, height } = pixelRequest(model.input)
  opened = { pool, width, height }
  return { type: 'opened', provider: pool.provider, threads: pool.concurrency, width, height }
}

async function round(milliseconds: number): Promise<FromBench> {
  const figures = await poolRound(opened!, milliseconds)
  return { type: 'round', ...figures, memoryBytes: process.memoryUsage.rss() - before }
}

function failure(error: unknown): FromBench {
  const { code, message } = error instanceof SightlineError ? error : { code: 'SL_INTERNAL', message: String(error) }
  return { type: 'failed', code, message }
}

// A Ctrl-C at the terminal is for the other side, whose end is this one's.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
process.on('message', (message: ToBench) => {
  const answer = message.type === 'open' ? open(message) : round(message.milliseconds)
  void answer.catch(failure).then(told => process.send!(told))
})
