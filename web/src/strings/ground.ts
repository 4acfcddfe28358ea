/** Telling where the ground is in a recording, so that its report has metres. */
export const ground = {
  title: 'Distance and speed',
  open: 'Distance and speed',
  why: 'How far and how fast everybody went, in metres: mark four places on the ground whose distances you know.',
  what: 'Mark four places on the ground one after the other around a rectangle that you know, such as the corners of the penalty area. Then say how long its sides are.',
  after: 'It takes seconds: what was followed is measured again, and nothing has to be looked at anew.',
  still: 'The camera has to stand still. Where it turned or was carried, these metres would be wrong.',
  back: 'To the report',
  surface: (title: string) => `Places on the ground of ${title}`,
  picture: (title: string) => `A picture of ${title}`,
  moment: 'Another moment of the recording',
  noPicture: 'No picture of this recording can be shown here. Places can be marked all the same, where you know them.',
  places: 'Places on the ground',
  sides: 'Sides of the rectangle',
  first: 'From point 1 to point 2 (metres)',
  second: 'From point 2 to point 3 (metres)',
  known:
    'Football: penalty area 40.3 and 16.5, goal area 18.3 and 5.5, often 105 and 68 in all. Basketball: 28 and 15. Handball and futsal: 40 and 20. Volleyball: 18 and 9. Tennis: 23.8 and 11.',
  others: 'No rectangle? Press a point, and say where it is by itself.',
  none: 'Nothing is marked yet.',
  fewPlaces: (count: number) => `${count} of 4 places ${count === 1 ? 'is' : 'are'} marked.`,
  noPlace: (name: string) => `Say where ${name} is: by the sides of the rectangle, or by itself.`,
  ready: 'Look whether the squares lie flat on the ground; if not, move the points.',
  save: 'Work it out',
  saved: 'The report has distance and speed now.'
} as const
