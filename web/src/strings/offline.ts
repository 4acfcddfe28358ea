/** What is said where a page cannot be fetched at all. */
export const offline = {
  title: 'Sightline does not answer',
  why: 'Either this device is offline, or the server is not running. What Sightline shows is live, so nothing of it is kept here.',
  again: 'It is tried again every ten seconds.',
  now: 'Try now'
} as const
