import { fittedSize } from './fitted-size.ts'

/** A picture as it is sent and shown: upright, and as large as helps a model. */
export interface PreparedPicture {
  /** JPEG, as a `data:` address. */
  readonly address: string
  readonly base64: string
  readonly width: number
  readonly height: number
}

const quality = 0.92

/** Whatever picture this browser can open, HEIC and AVIF where it can. @throws what the browser does for what is none */
export async function preparedPicture(file: Blob): Promise<PreparedPicture> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const { width, height } = fittedSize(bitmap)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const address = canvas.toDataURL('image/jpeg', quality)
  return { address, base64: address.slice(address.indexOf(',') + 1), width, height }
}
