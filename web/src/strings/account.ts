/** One's own account. */
export const account = {
  youAre: (name: string, role: string) => `You are signed in as ${name}: ${role}.`,
  visitor: 'You look at the demo as a visitor. There is nobody to have a password or tokens yet.',
  password: 'Password',
  passwordHint: 'All other browsers in which you are signed in are signed out.',
  before: 'The password until now',
  next: 'The new password',
  nextHint: 'At least ten characters: three or four words that only you would put together are good.',
  again: 'The new one again',
  notSame: 'These two are not the same.',
  change: 'Change the password',
  changed: 'Your password was changed, and all other browsers were signed out.',
  preferences: 'How it looks',
  preferencesHint: 'This browser remembers it; on another device you may like it otherwise.',
  timeZone: (zone: string) => `Times are said in the zone of this device: ${zone}.`,
  example: (time: string, distance: string) => `Now it is ${time}. A hundred metres are ${distance}.`
} as const
