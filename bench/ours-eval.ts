// Usage: ours-eval.ts GT RESULTS. Scores with all metrics; prints the seconds from the first file to the last score.
import { planScoring, scoreSequences } from '../src/commands/score-folders.ts'
import { metricNames, scorecard } from '../src/evaluation/scorecard.ts'

const [gt = '', results = ''] = process.argv.slice(2)
const started = performance.now()
const { combined } = scorecard(scoreSequences(planScoring(gt, results), metricNames))
const seconds = (performance.now() - started) / 1000
process.stdout.write(`${JSON.stringify({ seconds, combined })}\n`)
