/** A colour to draw with, and what can be read on it. */
export interface ClassColour {
  readonly fill: string
  readonly text: string
}

/** Told apart on any picture, also by those who see fewer colours; light, so that dark letters can be read on all. */
const fills = ['#5eead4', '#fbbf24', '#c4b5fd', '#93c5fd', '#f9a8d4', '#bef264', '#fdba74', '#67e8f9'] as const
const known: Readonly<Record<string, number>> = {
  person: 0,
  car: 1,
  bicycle: 2,
  truck: 3,
  dog: 4,
  bus: 5,
  motorcycle: 6
}

/** The colour of a kind of object: the same on every page, at any time. */
export function classColour(label: string): ClassColour {
  let sum = 0
  for (const letter of label) sum = (sum * 31 + letter.codePointAt(0)!) % 9973
  return { fill: fills[(known[label] ?? sum) % fills.length]!, text: '#0b1220' }
}
