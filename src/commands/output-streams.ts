/** Nobody reads any more: a pipe that was closed, a terminal that is gone. */
const readerGone = new Set(['EPIPE', 'EIO', 'ECONNRESET'])

/**
 * Keeps failing output from ending the process: what a verb writes to files is finished whether or not somebody
 * still reads along (`| head`, a terminal that was closed). Standard output that cannot be written for another
 * reason, such as a full disk, is said on standard error, and the exit status becomes 1.
 */
export function guardOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): void {
  // There is no place left to say it.
  stderr.on('error', () => undefined)
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (readerGone.has(error.code ?? '')) return
    stderr.write(`sightline: standard output cannot be written (${error.message}). [SL_OUTPUT_UNWRITABLE]\n`)
    process.exitCode ||= 1
  })
}
