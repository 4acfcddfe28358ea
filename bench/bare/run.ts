// Usage: run.ts FRAMES MODEL SESSIONS
import { openSessions } from './sessions.ts'

const [frames, model = '', count] = process.argv.slice(2)
const sessions = await openSessions(model, Number(count))
for (let frame = 0; frame < Number(frames); frame++) sessions.run()
await sessions.finish()
process.stdout.write(`${JSON.stringify({ frames: Number(frames) })}\n`)
