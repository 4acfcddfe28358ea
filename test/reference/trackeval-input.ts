// What TrackEval was run on to make the trackeval-*.json beside this file. In a checkout of ours:
//
//     node test/reference/trackeval-input.ts CLIPS FOLDER
//     python test/reference/trackeval.py TRACKEVAL FOLDER/real CLIPS/mot/MOT15:MOT15 CLIPS/mot/SportsMOT-train:SportsMOT > test/reference/trackeval-real.json
//     python test/reference/trackeval.py TRACKEVAL FOLDER/MOT17 FOLDER/made:MOT17 > test/reference/trackeval-mot17.json
//     python test/reference/trackeval.py TRACKEVAL FOLDER/MOT20 FOLDER/made:MOT20 > test/reference/trackeval-mot20.json
//
// TRACKEVAL is a checkout of github.com/JonathonLuiten/TrackEval (12c8791 was taken), with numpy 2.4.6 and scipy 1.17.1.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readMotFile, sequencesIn } from '../../src/commands/mot-files.ts'
import { madeResults, madeTruth } from '../evaluation/made-results.ts'

const truthFile = join('gt', 'gt.txt')
const frames = 150
const [clips, folder] = process.argv.slice(2)
if (!clips || !folder) throw new Error('Usage: trackeval-input.ts CLIPS FOLDER')

for (const name of ['real', 'MOT17', 'MOT20']) mkdirSync(join(folder, name), { recursive: true })
for (const benchmark of ['MOT15', 'SportsMOT-train']) {
  for (const name of sequencesIn(join(clips, 'mot', benchmark), truthFile)) {
    const truth = readMotFile(join(clips, 'mot', benchmark, name, truthFile))
    writeFileSync(join(folder, 'real', `${name}.txt`), madeResults(truth, name))
  }
}
for (const seed of [1, 2]) {
  const name = `made-${seed}`
  const sequence = join(folder, 'made', name)
  mkdirSync(join(sequence, 'gt'), { recursive: true })
  writeFileSync(join(sequence, 'seqinfo.ini'), `[Sequence]\nname=${name}\nseqLength=${frames}\n`)
  writeFileSync(join(sequence, truthFile), madeTruth(seed, frames))
  const results = madeResults(readMotFile(join(sequence, truthFile)), name)
  for (const benchmark of ['MOT17', 'MOT20']) writeFileSync(join(folder, benchmark, `${name}.txt`), results)
}
