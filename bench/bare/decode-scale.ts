// Usage: decode-scale.ts CLIP DECODER_THREADS
import { decodeAndScale } from './decode-and-scale.ts'

const [clip = '', threads] = process.argv.slice(2)
const frames = decodeAndScale(clip, Number(threads), () => undefined)
process.stdout.write(`${JSON.stringify({ frames })}\n`)
