/** For pages of tests, whose scripts stand in them: the server's own policy lets none run. */
export const scriptedPage = {
  'content-type': 'text/html',
  'content-security-policy': "default-src 'self' 'unsafe-inline' blob: data:"
}
