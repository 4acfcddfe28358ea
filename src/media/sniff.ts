import { SightlineError } from '../core/errors.ts'

/** What the first bytes of a file say it is, as far as it matters for refusing it or explaining a failure. */
export type Sniffed = 'empty' | 'mp4' | 'playlist' | 'text' | 'binary'

const playlists = ['#EXTM3U', 'ffconcat version', '<?xml', '<MPD', '[playlist]', '<smil', '<asx']

/** Bytes of the head that `sniff` wants to see. */
export const sniffBytes = 512

/** Classifies by content, never by name. `head` is the file's first bytes, up to `sniffBytes`. */
export function sniff(head: Buffer): Sniffed {
  if (head.length === 0) return 'empty'
  // ISO/IEC 14496-12 §4.3: also MOV, 3GP, HEIC and AVIF.
  if (head.subarray(4, 8).toString('latin1') === 'ftyp') return 'mp4'
  const start = head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (playlists.some(mark => start.toLowerCase().startsWith(mark.toLowerCase()))) return 'playlist'
  return isText(head) ? 'text' : 'binary'
}

/** The error for what can be no recording by its first bytes alone; undefined where it may be one. */
export function notVideo(title: string, looks: Sniffed): SightlineError | undefined {
  switch (looks) {
    case 'empty':
      return new SightlineError('SL_INPUT_EMPTY', `${title} is empty (0 bytes).`)
    case 'playlist':
      return new SightlineError(
        'SL_INPUT_REFUSED',
        `${title} is a playlist, not a video: it would make the decoder open other addresses. Give the video itself.`
      )
    case 'text':
      return new SightlineError('SL_INPUT_NOT_VIDEO', `${title} is a text file, not a video or a picture.`)
    default:
      return undefined
  }
}

/** Text has no control characters but white space; every container has some in its first bytes. */
function isText(head: Buffer): boolean {
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return false
  return true
}
