// Usage: decode-scale.ts CLIP DECODER_THREADS blocking|awaited
import { decodeAndScale } from './decode-and-scale.ts'

const [clip = '', threads, calls = ''] = process.argv.slice(2)
const frames = await decodeAndScale(clip, Number(threads), calls, () => undefined)
process.stdout.write(`${JSON.stringify({ frames })}\n`)
