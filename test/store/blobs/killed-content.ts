export const owner = 'job/1'

/** The same bytes in every process. */
export function madeBytes(length: number): Buffer {
  return Buffer.alloc(length, 'sightline')
}

export function strayBytes(): Buffer {
  return Buffer.from('nobody asked for this')
}
