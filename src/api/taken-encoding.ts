/** Whether an answer may come so packed. @param accepted the request's `Accept-Encoding`: `gzip;q=0.0` is a refusal (RFC 9110 §12.5.3) */
export function takesPacked(accepted: string, encoding: 'br' | 'gzip'): boolean {
  return new RegExp(`\\b${encoding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?![.\\d]))`, 'i').test(accepted)
}
