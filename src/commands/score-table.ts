import type { Scorecard, Scores } from '../evaluation/scorecard.ts'
import { table } from './table.ts'

/** Fractions, shown in per cent as the field does. */
const fractions = ['HOTA', 'DetA', 'AssA', 'LocA', 'MOTA', 'MOTP', 'IDF1', 'IDP', 'IDR'] as const
const counts = ['IDSW', 'Frag', 'MT', 'ML', 'CLR_FP', 'CLR_FN'] as const

/** A row for each sequence and one for all together; columns of metrics that were not asked for are left out. */
export function scoreTable({ sequences, combined }: Scorecard): string {
  const shares = fractions.filter(name => combined[name] !== undefined)
  const numbers = counts.filter(name => combined[name] !== undefined)
  const row = (name: string, scores: Scores) => [
    name,
    ...shares.map(score => (scores[score]! * 100).toFixed(2).padStart(5)),
    ...numbers.map(count => String(scores[count]))
  ]
  const heading = ['SEQUENCE', ...shares, ...numbers.map(name => name.replace('CLR_', ''))]
  const rows = Object.entries(sequences).map(([name, scores]) => row(name, scores))
  return table([heading, ...rows, row('COMBINED', combined)])
}
