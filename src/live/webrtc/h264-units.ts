/** What NAL units are, by the lower five bits of their first byte (H.264 table 7-1). */
export const nalTypes = { idr: 5, sequence: 7, picture: 8, delimiter: 9, filler: 12 } as const

export function nalType(unit: Buffer): number {
  return unit[0]! & 0x1f
}

/** Of the sequence parameters: what a decoder must be able to do, as SDP writes it (RFC 6184 §8.1): `42e01f`. */
export function profileLevelOf(units: readonly Buffer[]): string | undefined {
  const sequence = units.find(unit => nalType(unit) === nalTypes.sequence && unit.length >= 4)
  return sequence?.toString('hex', 1, 4)
}

/** How much a decoder has to know, the lowest first. Each decodes what those before it are encoded with. */
const profiles = ['constrained-baseline', 'baseline', 'main', 'constrained-high', 'high', 'other'] as const
type Profile = (typeof profiles)[number]

/** Smaller is better; 0 is the very profile. For what a decoder of `offered` makes of `wanted`. */
export function profileDistance(offered: string, wanted: string): number {
  const [has, needs] = [profiles.indexOf(profileOf(offered)), profiles.indexOf(profileOf(wanted))]
  // One that knows too little mostly decodes it all the same: decoders know more than peers tell.
  return has >= needs ? has - needs : profiles.length + needs - has
}

function profileOf(profileLevel: string): Profile {
  const [profile = 0, constraints = 0] = Buffer.from(profileLevel, 'hex')
  if (profile === 0x42) return (constraints & 0x40) !== 0 ? 'constrained-baseline' : 'baseline'
  if (profile === 0x4d) return (constraints & 0x80) !== 0 ? 'constrained-baseline' : 'main'
  if (profile === 0x58) return (constraints & 0xc0) === 0xc0 ? 'constrained-baseline' : 'other'
  if (profile === 0x64) return (constraints & 0x0c) === 0x0c ? 'constrained-high' : 'high'
  return 'other'
}
