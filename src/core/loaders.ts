/** Of our own flags those that load the sources: children and threads need them too, where flags are not inherited. */
export function loaders(): string[] {
  return process.execArgv.flatMap((flag, index, all) =>
    flag === '--import' ? [flag, all[index + 1] ?? ''] : flag.startsWith('--import=') ? [flag] : []
  )
}
