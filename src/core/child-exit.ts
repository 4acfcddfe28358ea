import type { ChildProcess } from 'node:child_process'

/**
 * How a child ended: a signal's name, a status, or the system's code where it could not be begun. Never rejects, which
 * `once(child, 'exit')` does where there is no descriptor or process to be had.
 */
export function exitOf(child: ChildProcess): Promise<string> {
  return new Promise(resolve => {
    child.once('exit', (code, signal) => resolve(signal ?? `status ${code}`))
    child.on('error', error => {
      // One that is there tells by its exit.
      if (child.pid === undefined) resolve(systemCode(error))
    })
  })
}

/** `EMFILE`, say: what a system call failed with. */
export function systemCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
