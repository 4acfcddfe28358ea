/** No letters or digits that look like one another. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
const groups = 4
const groupLength = 5

/** A password for somebody else to begin with: 99 bits, such as `k7wfm-2pxhd-9rtbn-c4vqz`. */
export function goodPassword(random: (count: number) => Uint8Array = randomBytes): string {
  const text = Array.from({ length: groups * groupLength }, () => letters[drawn(random)]!).join('')
  return text.match(new RegExp(`.{${groupLength}}`, 'g'))!.join('-')
}

/** Each as likely as the others: what is left over of a byte is drawn again. */
function drawn(random: (count: number) => Uint8Array): number {
  const most = 256 - (256 % letters.length)
  for (;;) {
    const [byte = 255] = random(1)
    if (byte < most) return byte % letters.length
  }
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}
