/** What the first bytes of a file say it is, as far as it matters for refusing it or explaining a failure. */
export type Sniffed = 'mp4' | 'playlist' | 'text' | 'binary'

const playlists = ['#EXTM3U', 'ffconcat version', '<?xml', '<MPD', '[playlist]', '<smil', '<asx']

/** Bytes of the head that `sniff` wants to see. */
export const sniffBytes = 512

/** Classifies by content, never by name. `head` is the file's first bytes, up to `sniffBytes`. */
export function sniff(head: Buffer): Sniffed {
  if (head.subarray(4, 8).toString('latin1') === 'ftyp') return 'mp4'
  const start = head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (playlists.some(mark => start.toLowerCase().startsWith(mark.toLowerCase()))) return 'playlist'
  return head.length > 0 && isText(head) ? 'text' : 'binary'
}

/** Text has no control characters but white space; every container has some in its first bytes. */
function isText(head: Buffer): boolean {
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return false
  return true
}
