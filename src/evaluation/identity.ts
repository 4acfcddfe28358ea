import { Assignment } from '../core/assignment.ts'
import type { Scene } from './scene.ts'
import { share } from './share.ts'

/** Overlap at which two boxes may be one. */
const matchIou = 0.5

/** Counts of a sequence. Those of several sequences add up to those of all. */
export interface IdentityCounts {
  readonly IDTP: number
  readonly IDFN: number
  readonly IDFP: number
}

export interface IdentityScores extends IdentityCounts {
  readonly IDF1: number
  readonly IDR: number
  readonly IDP: number
}

/**
 * Identity metrics (Ristani et al. 2016, arXiv 1609.01775): each object has at most one track in the whole sequence,
 * chosen so that the most boxes are right. Leaving both unassigned costs what assigning them without a common box
 * does, so the most boxes right is the least wrong.
 */
export function countIdentity({ truth, results, pairs }: Scene): IdentityCounts {
  const common = new Int32Array(pairs.linkCount)
  for (let pair = 0; pair < pairs.count; pair++) {
    if (pairs.ious[pair]! >= matchIou) common[pairs.links[pair]!]!++
  }
  const linksOf = Array.from({ length: truth.idCount }, (): number[] => [])
  for (let link = 0; link < pairs.linkCount; link++) {
    if (common[link]! > 0) linksOf[pairs.linkTruths[link]!]!.push(link)
  }
  const assignment = new Assignment()
  assignment.begin(results.idCount, 0)
  for (const links of linksOf) {
    for (const link of links) assignment.edge(pairs.linkResults[link]!, -common[link]!)
    assignment.endRow()
  }
  assignment.solve()
  let right = 0
  for (const [id, links] of linksOf.entries()) {
    const chosen = links.find(link => pairs.linkResults[link] === assignment.columnOfRow[id])
    if (chosen !== undefined) right += common[chosen]!
  }
  return { IDTP: right, IDFN: truth.count - right, IDFP: results.count - right }
}

export function identityScores({ IDTP, IDFN, IDFP }: IdentityCounts): IdentityScores {
  return {
    IDF1: share(2 * IDTP, 2 * IDTP + IDFP + IDFN),
    IDR: share(IDTP, IDTP + IDFN),
    IDP: share(IDTP, IDTP + IDFP),
    IDTP,
    IDFN,
    IDFP
  }
}

export function poolIdentity(all: readonly IdentityCounts[]): IdentityCounts {
  const sum = (count: keyof IdentityCounts) => all.reduce((total, counts) => total + counts[count], 0)
  return { IDTP: sum('IDTP'), IDFN: sum('IDFN'), IDFP: sum('IDFP') }
}
