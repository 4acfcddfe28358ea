/** Around the settings. What each of them is stands in setting-names.ts. */
export const settings = {
  find: 'Find a setting',
  found: 'Found',
  noneFound: 'No setting is called that.',
  intro:
    'What is said here holds at once, until the settings file says something else of it. The file is never written.',
  from: {
    default: 'As usual',
    file: 'From the settings file',
    api: 'Said here',
    environment: 'From the environment'
  },
  usual: (value: string) => `Usually: ${value}.`,
  chosenByMachine: 'Usually chosen by the machine, or without a limit.',
  inFile: (value: string) => `The file says: ${value}.`,
  inEnvironment: (variable: string) =>
    `$${variable} says it, which goes before everything else: change it where Sightline is started.`,
  fileAlone: 'Only the settings file says it: it names a file or an address that admins of this page need not have.',
  needsRestart: 'Holds from the next start on: say it in the settings file.',
  restartNeeded: (names: string) => `Sightline has to be started anew for what the file says of: ${names}.`,
  nothing: 'nothing',
  yes: 'Yes',
  no: 'No',
  asUsual: 'As usual',
  asUsualNamed: (name: string) => `As usual: ${name}`,
  asInFile: 'As the file',
  asInFileNamed: (name: string) => `As the file: ${name}`,
  takeBack: 'Take back',
  takeBackNamed: (name: string) => `Take back: ${name}`,
  changed: 'Changed',
  changes: (count: number) =>
    count === 1 ? '1 change, which does not hold yet' : `${count} changes, which do not hold yet`,
  discard: 'Discard',
  review: 'Look at what changes',
  reviewTitle: 'What changes',
  reviewCaption: 'What each setting is now, and what it will be',
  setting: 'Setting',
  before: 'Now',
  after: 'Then',
  nothingChanges: 'Nothing would be otherwise: it is that way already.',
  apply: 'Apply',
  applied: (count: number) => (count === 1 ? '1 setting was changed.' : `${count} settings were changed.`),
  undone: 'The settings are as they were before.',
  changedMeanwhile:
    'Somebody else changed the settings meanwhile. This is what your change makes of them as they are now.',
  mend: 'Some of it cannot be. What is wrong stands at each setting.',
  rules: {
    add: 'Add a line',
    stream: 'Stream',
    of: 'What is kept',
    rule: 'How long or how much',
    choose: 'Choose…',
    remove: (number: number) => `Remove line ${number}`,
    line: (number: number) => `Line ${number}`,
    none: 'Nothing differs for any stream.'
  },
  linesHint: 'One in each line.',
  hints: {
    bytes: 'A size such as 500MB or 2TB, or unlimited.',
    origins:
      'One in each line, such as https://wall.example.org; with the word credentials behind it, also as whoever is signed in.',
    pairs: 'One in each line: NAME = SUBJECT.',
    json: 'As JSON.'
  },
  must: {
    number: 'This must be a number.',
    integer: 'This must be a whole number.',
    atLeast: (least: string) => `This must be at least ${least}.`,
    atMost: (most: string) => `This must be at most ${most}.`,
    be: (what: string) => `This must be ${what}.`,
    line: (line: string, what: string) => `“${line}” must be ${what}.`,
    whole: 'Each line needs a stream, what is kept and for how long.',
    once: (name: string) => `“${name}” has two lines for the same: remove one.`,
    fit: 'This is not written as it must be.',
    json: 'This is no JSON: look for a missing quote, comma or bracket.',
    pair: (line: string) => `“${line}” must be a name, = and what the provider calls them.`
  }
} as const
