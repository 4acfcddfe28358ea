// Runs a job that hangs, and says the process id of its worker. To be killed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ScriptedJobs } from './scripted-jobs.ts'

const scene = await ScriptedJobs.open()
const { id } = await scene.add([{ hang: true }])
await scene.runUntilProgress(id)
process.stdout.write(readFileSync(join(scene.folder, `${id}.pid`)))
