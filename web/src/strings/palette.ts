/** Everything by its name. */
export const palette = {
  hint: 'A page, stream, event, recording, setting, or something to do',
  empty: 'Nothing is called that.',
  searching: 'Looking…',
  keys: 'Up and down choose, Enter goes there, Escape closes.',
  groups: {
    recent: 'Lately',
    pages: 'Pages',
    streams: 'Streams',
    events: 'Events',
    recordings: 'Recordings and jobs',
    people: 'People',
    settings: 'Settings',
    actions: 'To do'
  },
  jobStates: {
    queued: 'waits for its turn',
    running: 'is analysed',
    done: 'is done',
    failed: 'failed',
    cancelled: 'was cancelled'
  },
  found: (count: number) => (count === 1 ? '1 found' : `${count} found`)
} as const
