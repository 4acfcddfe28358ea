/** Of our own flags those that load the sources: children and threads need them too, where flags are not inherited. */
export function loaders(): string[] {
  return process.execArgv.flatMap((flag, index, all) =>
    flag === '--import' ? [flag, all[index + 1] ?? ''] : flag.startsWith('--import=') ? [flag] : []
  )
}

/**
 * Flags of a child process that runs our sources.
 *
 * `process.exit` waits for V8's compilers, and one that compiles to baseline code in the background may be waiting for
 * a collection by the thread that exits: neither ends (nodejs/node issue 54918). It compiles in the foreground instead.
 */
export function childFlags(): string[] {
  return [...loaders(), '--disable-warning=ExperimentalWarning', '--no-concurrent-sparkplug']
}
