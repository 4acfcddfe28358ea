/** What was done, by name. */
interface News {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** Drawing on a stream: what is drawn, what it counts, what becomes of it. */
export const editor = {
  open: 'Lines and zones',
  surface: (title: string) => `Lines and zones of ${title}`,
  leave: 'Leave',
  save: 'Save',
  unchanged: 'Nothing was changed yet.',
  notSaved: (news: News) => `Not saved yet: ${newsText(news)}.`,
  saved: (news: News) => `Saved: ${newsText(news)}.`,
  begins: 'It holds from the next picture on.',
  leaveTitle: 'Leave without saving?',
  leaveText: 'What you have drawn since you saved is lost then.',
  goOn: 'Go on drawing',
  leaveAnyway: 'Leave',
  outdated: 'Somebody else has changed this stream meanwhile.',
  takeTheirs: 'Show theirs, and lose mine',
  saveMine: 'Save mine over theirs',
  crossed: (inwards: number, outwards: number) => `${inwards} in · ${outwards} out`,
  inside: (count: number) => `${count} inside`,
  cameIn: (count: number) => `${count} came in`,
  list: 'What is drawn',
  nothing: 'Nothing is drawn yet. Choose Line to count who passes, Zone to count who is somewhere.',
  now: 'Now',
  lastHour: 'Last hour',
  countsHint:
    'Now counts on what is live, as it is drawn at the moment. Last hour is asked of the stored tracks: what it would have counted.',
  name: 'Name',
  nameHint: (name: string) => `As you like. In tables and programs it is ${name}.`,
  counts: 'What counts',
  everything: 'Everything',
  addClass: 'Add a class',
  chooseClass: 'Choose…',
  tooLong: 'Tell me who stays longer than (seconds)',
  tooLongHint: 'Several times with commas between them; empty for never.',
  crowd: 'Tell me of a crowd of (people)',
  crowdHint: 'Empty for never.',
  maskHint: 'What stands in a mask is not looked at: a tree in the wind, a screen, a road behind the fence.',
  east: 'To the right (metres)',
  north: 'To the far side (metres)',
  placeHint:
    'Where this place is on the ground, measured from any place that you choose. Four or more such places make speeds and distances metres.',
  fewPlaces: (count: number) =>
    `Ground points need to be four or more: there ${count === 1 ? 'is 1' : `are ${count}`}.`,
  noPlace: (name: string) => `Say where ${name} is on the ground, in metres.`,
  grid: (metres: number) => `A square on the ground: ${metres} m`
} as const

/** What a stream is called and what it looks for. */
export const streamSettings = {
  title: 'Settings of this stream',
  name: 'Name',
  lookFor: 'What to look for',
  sure: 'How sure it has to be (%)',
  sureHint: 'Raise it against false alarms, lower it against misses; empty is as usual.',
  maxFps: 'Pictures a second that are looked at, at most',
  maxFpsHint: 'Empty is as many as come.',
  pictures: 'Keep the best picture of each track',
  saved: 'Saved. It holds from now on; the picture comes back within seconds.'
} as const

/** `door was added, yard and gate were deleted`. */
function newsText({ added, changed, removed }: News): string {
  const parts = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'deleted']
  ] as const
  return parts
    .filter(([names]) => names.length > 0)
    .map(([names, what]) => `${listed(names)} ${names.length === 1 ? 'was' : 'were'} ${what}`)
    .join(', ')
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
