import type { FileHandle } from 'node:fs/promises'

/** Appends all of the bytes: a disk that is nearly full takes a part of them and says nothing. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) at += (await file.write(bytes, at)).bytesWritten
}
