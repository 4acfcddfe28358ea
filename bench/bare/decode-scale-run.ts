// Usage: decode-scale-run.ts CLIP DECODER_THREADS MODEL SESSIONS
import { decodeAndScale } from './decode-and-scale.ts'
import { openSessions } from './sessions.ts'

const [clip = '', threads, model = '', count] = process.argv.slice(2)
const sessions = await openSessions(model, Number(count))
const frames = decodeAndScale(clip, Number(threads), sessions.run)
await sessions.finish()
process.stdout.write(`${JSON.stringify({ frames })}\n`)
