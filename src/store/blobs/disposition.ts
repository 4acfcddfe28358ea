/** What a browser may show without running anything of it. */
const harmless = /^(image\/(jpeg|png|webp|gif|avif)|video\/[a-z0-9.+-]+|audio\/[a-z0-9.+-]+|text\/(plain|csv))(;|$)/

/**
 * The header Content-Disposition (RFC 6266) for a blob. Shown in the browser only without a name and with a type that
 * cannot run; everything else is saved.
 */
export function contentDisposition(fileName?: string, contentType?: string): string {
  if (fileName === undefined) return harmless.test(contentType ?? '') ? 'inline' : 'attachment'
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(fileName).replace(
    /['()*!]/g,
    each => `%${each.charCodeAt(0).toString(16).toUpperCase()}`
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
