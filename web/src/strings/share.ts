/** Links that show a report to whoever has them. */
export const share = {
  share: 'Share',
  title: 'Share this report',
  what: 'Whoever has the link sees this report and its video, without signing in, and nothing else. It ends by itself, and can be taken back at any time.',
  wish: 'What it is for',
  wishHint: 'Tells your links apart, such as “For the coach”. Only you and your people see it.',
  ends: 'Ends',
  periods: { day: 'In a day', week: 'In a week', month: 'In 30 days', quarter: 'In 90 days' },
  make: 'Make a link',
  link: 'The link',
  linkOnce: 'It is shown this once: copy it now.',
  links: 'Links that hold',
  none: 'Nobody outside sees this report.',
  unnamed: 'Without a name',
  facts: (who: string, ends: string) => `by ${who} · ends ${ends}`,
  revoke: 'Take back',
  revokeThis: (name: string) => `Take back: ${name}`,
  revoked: 'The link shows nothing any more.',
  more: 'More links'
} as const

/** The page that somebody sees who has a link. */
export const shared = {
  opening: 'Opening the report…',
  gone: 'This link shows nothing any more',
  goneWhy: 'It has ended or was taken back, or a part of it is missing. Ask whoever gave it to you for a new one.',
  failed: 'The report cannot be reached at the moment.',
  again: 'Try again',
  until: (when: string) => `Shared with you until ${when}`,
  print: 'Print'
} as const
