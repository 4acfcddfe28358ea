/** What retention tells apart. Each has an age of its own, and may have a budget. */
export const dataKinds = [
  'exports',
  'clips',
  'snapshots',
  'uploads',
  'trajectories',
  'samples',
  'tracks',
  'events',
  'jobs',
  'audit',
  'counts',
  'hourlyCounts'
] as const
export type DataKind = (typeof dataKinds)[number]

/** What has a byte budget of its own, and may lie on a disk of its own. */
export const places = ['log', 'store', 'media'] as const
export type Place = (typeof places)[number]

/** Where a kind lies, and when its turn comes where room is needed: lower tiers go first, equal ones by age alone. */
export const kindFacts: Readonly<Record<DataKind, { readonly place: Place; readonly tier: number }>> = {
  exports: { place: 'media', tier: 0 }, // They can be made again.
  clips: { place: 'media', tier: 1 },
  snapshots: { place: 'media', tier: 1 },
  uploads: { place: 'media', tier: 2 }, // Nobody else may have them.
  trajectories: { place: 'store', tier: 3 },
  samples: { place: 'store', tier: 3 },
  tracks: { place: 'store', tier: 3 },
  events: { place: 'store', tier: 3 },
  jobs: { place: 'store', tier: 4 },
  audit: { place: 'store', tier: 4 },
  counts: { place: 'store', tier: 5 },
  hourlyCounts: { place: 'store', tier: 6 } // Small, and what questions over years are answered from.
}
