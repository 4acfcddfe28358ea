import { fork } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { type ErrorCode, errorCodes, SightlineError } from '../core/errors.ts'
import { FileSource } from '../media/sources/file-source.ts'
import type { SourceConnection, VideoSource } from '../media/sources/source.ts'

/** What the drawing process says when it fails. */
export interface DemoFailure {
  readonly code: ErrorCode | undefined
  readonly message: string
}

/** Another scene gets another number: an older one that lies there is then not shown. */
const fileName = 'entrance-1.mp4'
const drawer = new URL(`./demo-drawing${extname(import.meta.url)}`, import.meta.url)

/**
 * People at an entrance, in a loop. They are drawn into a file of `folder` by a process of their own when somebody
 * watches for the first time, which takes some seconds; later times find the file.
 */
export class DemoSource implements VideoSource {
  readonly title = 'demo'
  readonly #path: string

  constructor(folder: string) {
    this.#path = join(folder, fileName)
  }

  /** @throws SL_OUTPUT_FULL, SL_OUTPUT_UNWRITABLE, SL_CANCELLED */
  async connect(signal: AbortSignal): Promise<SourceConnection> {
    const isThere = await access(this.#path).then(
      () => true,
      () => false
    )
    if (!isThere) await draw(this.#path, signal)
    return new FileSource(this.#path).connect(signal)
  }
}

async function draw(path: string, signal: AbortSignal): Promise<void> {
  const cancelled = (cause?: unknown) => new SightlineError('SL_CANCELLED', 'Drawing the demo was given up.', { cause })
  if (signal.aborted) throw cancelled()
  await mkdir(dirname(path), { recursive: true }).catch(cause => {
    throw new SightlineError('SL_OUTPUT_UNWRITABLE', `There is no place for the demo at ${dirname(path)}.`, { cause })
  })
  const child = fork(drawer, [path], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const stop = () => child.kill()
  signal.addEventListener('abort', stop, { once: true })
  let failure: DemoFailure | undefined
  child.on('message', said => {
    failure = said as DemoFailure
  })
  try {
    const [code, killedBy] = await exited
    if (code !== 0) throw failed(failure ?? { code: undefined, message: `it ended with ${killedBy ?? code}` })
  } catch (cause) {
    throw signal.aborted ? cancelled(cause) : cause
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function failed({ code, message }: DemoFailure): SightlineError {
  const known = errorCodes.find(one => one === code)
  return new SightlineError(known ?? 'SL_INTERNAL', `The demo could not be drawn: ${message}`, { retryable: true })
}
