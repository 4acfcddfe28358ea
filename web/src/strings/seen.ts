/** Who was seen at sites, whichever camera saw them. */
export const seen = {
  what: 'Who was seen by the cameras of a site, each once, whichever camera saw them. Where two are one, or one is two, say so: it stays that way.',
  caption: 'Who was seen, those who were known last first',
  nobody: 'Nobody was known again yet',
  nobodyWhy:
    'People are known from camera to camera where the streams of a site have “scope: site” in the section “reid” of their settings. They are listed some seconds after they have left.',
  where: (streams: readonly string[]) => streams.join(', '),
  tracks: (count: number) => (count === 1 ? 'Seen once' : `Seen ${count} times`),
  /** People have no names here: what they are, and when they came. */
  who: (label: string, time: string) => `${label}, ${time}`,
  look: 'When and where',
  chosen: (count: number) => (count === 1 ? 'One is chosen. Choose who is the same.' : `${count} are chosen.`),
  merge: 'They are one',
  wereMerged: 'They are one from now on.',
  letGo: 'Choose none',
  split: 'These are somebody else',
  wereSplit: 'They are two from now on.',
  byHand: 'said by hand',
  at: (where: string, time: string) => `${where}, ${time}`,
  more: 'Show more'
} as const
