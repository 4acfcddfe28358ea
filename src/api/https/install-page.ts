import { X509Certificate } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { sendPlainPage } from '../plain-page.ts'
import { encryptedAddress } from '../request-origin.ts'

/** What people compare before they trust an authority: SHA-256, two digits at a time. */
export function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}

/**
 * `/ca.crt`, the authority's certificate, and `/install-ca`, what to do with it. Open to everybody and without encryption:
 * a device that does not trust us yet has no other way, and nobody should send the access token before it does.
 */
export function installRoutes(server: FastifyInstance, authority: string, encryptedPort: () => number): void {
  const open = { config: { access: { open: true }, plain: true } } as const
  server.get('/ca.crt', open, async (_request, reply) =>
    reply.type('application/x-x509-ca-cert').header('cache-control', 'no-cache').send(authority)
  )
  server.get('/install-ca', open, async (request, reply) => {
    const address = encryptedAddress({ headers: request.headers, method: 'GET', url: '/' }, encryptedPort())
    return sendPlainPage(reply, 'Sightline: trust this server', page(fingerprintOf(authority), address))
  })
}

const steps: readonly (readonly [string, string])[] = [
  [
    'iPhone, iPad',
    `<li>Open this page in Safari, tap <a href="/ca.crt">ca.crt</a>, then Allow.
<li>Settings → Profile Downloaded → Install.
<li>Settings → General → About → Certificate Trust Settings: switch Sightline on.`
  ],
  [
    'Android',
    `<li>Download <a href="/ca.crt">ca.crt</a>.
<li>Settings → Security and privacy → More security settings → Encryption and credentials → Install a certificate →
CA certificate → Install anyway, and choose the file. (Names differ a little; searching the settings for “certificate” helps.)`
  ],
  [
    'macOS',
    `<li>Open <a href="/ca.crt">ca.crt</a>: Keychain Access takes it into “login”.
<li>Double-click Sightline there → Trust → When using this certificate: Always Trust.`
  ],
  [
    'Windows',
    `<li>Open <a href="/ca.crt">ca.crt</a> → Install Certificate → Current User.
<li>Place all certificates in the following store → Trusted Root Certification Authorities.`
  ],
  [
    'Linux',
    `<li>Programs: <code>sudo cp ca.crt /usr/local/share/ca-certificates/sightline.crt &amp;&amp; sudo update-ca-certificates</code>
<li>Chromium: <code>certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Sightline -i ca.crt</code>`
  ],
  ['Firefox, everywhere', '<li>Settings → Privacy and Security → View Certificates → Authorities → Import.']
]

/** `address` is of our own making and needs no escaping: a name or address that a URL can have. */
function page(fingerprint: string, address: string | undefined): string {
  const sections = steps.map(([system, list]) => `<h2>${system}</h2>\n<ol>\n${list}\n</ol>`)
  return `<h1>Trust this server</h1>
<p>Browsers give the camera to a page, and keep it as an app, only over HTTPS. This server has made its own certificate
authority, which this device has to be told once. The file is <a href="/ca.crt">ca.crt</a>.</p>
<p>Compare before you trust: the terminal where Sightline was started shows the same fingerprint.<br>
<code>${fingerprint}</code></p>
<p>It can vouch for this machine and for addresses of private networks, for nothing else on the Internet.</p>
${sections.join('\n')}
${address === undefined ? '' : `<p>Done? Open <a href="${address}">${address}</a></p>`}`
}
