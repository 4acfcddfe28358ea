/**
 * The longest time for which this thread worked without looking at a timer that was due, in milliseconds of its own
 * processor time: what others take from it on a busy machine does not count.
 */
export class ThreadStall implements Disposable {
  longestMs = 0
  #used = cpuMs()
  readonly #timer = setInterval(() => {
    const used = cpuMs()
    this.longestMs = Math.max(this.longestMs, used - this.#used)
    this.#used = used
  }, 1);

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
