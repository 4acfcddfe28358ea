import { spawnSync } from 'node:child_process'

/** A second machine, as far as the network goes: programs in it reach us over a cable, at an address that is not loopback. */
export interface NetworkNamespace extends Disposable {
  readonly missing: false
  /** For `ip netns exec`, and for `startChromium`. */
  readonly name: string
  /** Ours, as seen from there. */
  readonly ourAddress: string
  readonly itsAddress: string
  /** Pulls the cable, or plugs it in again. */
  setLink(isUp: boolean): void
  /** From now on so many bits a second get from there to us. What would wait for more than 300 ms is lost. */
  narrow(bitsPerSecond: number): void
}

/** Makes one with a pair of interfaces, or says why there can be none. It is gone when disposed. */
export function openNamespace(): NetworkNamespace | { readonly missing: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { missing: 'Only root on Linux may make a network namespace.' }
  const name = `sightline-${process.pid}`
  const [ours, its] = [`sl${process.pid}`, `sp${process.pid}`] // At most 15 letters.
  // Of the block for tests between networks (RFC 2544); with it, runs beside each other do not meet.
  const block = `198.18.${process.pid % 250}`
  const remove = () => ip('netns', 'del', name)
  try {
    ip('netns', 'add', name)
  } catch (error) {
    return { missing: `No network namespace can be made here: ${(error as Error).message}` }
  }
  try {
    ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', its, 'netns', name)
    // No addresses of IPv6: they come two seconds later, and a browser gives up what it loads when they do.
    ip('link', 'set', ours, 'addrgenmode', 'none')
    ip('-n', name, 'link', 'set', its, 'addrgenmode', 'none')
    ip('addr', 'add', `${block}.1/24`, 'dev', ours)
    ip('link', 'set', ours, 'up')
    ip('-n', name, 'addr', 'add', `${block}.2/24`, 'dev', its)
    ip('-n', name, 'link', 'set', its, 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    const setLink = (isUp: boolean) => ip('-n', name, 'link', 'set', its, isUp ? 'up' : 'down')
    const narrow = (bitsPerSecond: number) => {
      const bucket = ['tbf', 'rate', `${bitsPerSecond}bit`, 'burst', '3kb', 'latency', '300ms']
      run('ip', ['netns', 'exec', name, 'tc', 'qdisc', 'replace', 'dev', its, 'root', ...bucket])
    }
    const addresses = { ourAddress: `${block}.1`, itsAddress: `${block}.2` }
    return { missing: false, name, ...addresses, setLink, narrow, [Symbol.dispose]: remove }
  } catch (error) {
    remove() // The pair goes with it.
    return { missing: `No interfaces can be made here: ${(error as Error).message}` }
  }
}

function ip(...args: readonly string[]): void {
  run('ip', args)
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args)
  if (status !== 0) throw new Error(error?.message ?? `${program} ${args.join(' ')}: ${stderr}`.trim())
}
