/** What stands around every page. */
export const shell = {
  skip: 'Skip to the page',
  navigation: 'Pages',
  more: 'More pages',
  close: 'Close',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  save: 'Save',
  undo: 'Undo',
  copy: 'Copy',
  copied: 'Copied',
  copyByHand: 'It is marked: copy it with Ctrl C, or ⌘ C.',
  loading: 'Loading…',
  tryAgain: 'Try again',
  account: 'Account and appearance',
  ownAccount: 'Your account',
  signOut: 'Sign out',
  signIn: 'Sign in',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  units: 'Units',
  unitNames: { metric: 'Metric', imperial: 'Imperial' },
  palette: 'Go to…',
  paletteKey: 'Ctrl K',
  offline: 'This device is offline. What you see is as it was; it goes on by itself.',
  reconnecting: 'The server does not answer. What you see is as it was; it is tried again by itself.',
  about: 'What this is',
  demo: 'This is a demo, to look at. For your own cameras, open the set-up link: the terminal where Sightline was started shows it.',
  pageFailed: 'This page ran into a fault. The others go on.',
  newVersion: 'The server was updated meanwhile: load the page anew.',
  reload: 'Load anew',
  nothingHere: 'There is nothing here',
  nothingHereWhy: 'The address may be mistyped, or what was here has been removed.',
  toWall: 'To the wall'
} as const

/** What the pages are called. */
export const pageNames = {
  wall: 'Wall',
  events: 'Events',
  uploads: 'Uploads',
  reports: 'Reports',
  past: 'Ask the past',
  seen: 'Who was seen',
  models: 'Models',
  system: 'System',
  people: 'People',
  settings: 'Settings',
  design: 'Design'
} as const

/** Why an answer did not come, where the server said nothing that could be shown. */
export const failures = {
  offline: 'The server cannot be reached. Look whether it runs and whether this device is connected.',
  unreadable: 'The server answered something that cannot be read.',
  unforeseen: 'Something unforeseen happened in this page.',
  changedMeanwhile: 'Somebody else changed this meanwhile. Look at what it is now, and change it again.'
} as const
