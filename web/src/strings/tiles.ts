/** Looking at pictures in pieces, for what is small in them. */
export const tiles = {
  label: 'Small things far away',
  hint: 'Looks at overlapping pieces of each picture as well: finds what is small in it, and takes as many times as long.',
  none: 'Look at the whole picture',
  auto: 'In pieces, as many as the picture needs',
  pieces: (grid: string) => `In ${grid.replace('x', ' × ')} pieces`
} as const
