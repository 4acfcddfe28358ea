import type { FastifyReply } from 'fastify'
import { sendPlainPage } from '../plain-page.ts'

/** What comes from outside, as text of a page. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)
}

export interface SignInPage {
  readonly status: number
  /** Where to go on: a path of this server. */
  readonly next: string
  readonly name?: string
  readonly note?: string
  /** What the other way to sign in is called, where there is one. */
  readonly other?: string | undefined
}

/** Needs no script: it is the first that people see, on whatever they have. */
export function sendSignInPage(
  reply: FastifyReply,
  { status, next, name = '', note = '', other }: SignInPage
): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: sign in',
    `<h1>Sightline</h1>
<form action="/sign-in" method="post">
<input type="hidden" name="next" value="${escaped(next)}">
<p><label>Name<br><input name="name" autocomplete="username" autocapitalize="none" required maxlength="128" value="${escaped(name)}"${name === '' ? ' autofocus' : ''}></label></p>
<p><label>Password<br><input name="password" type="password" autocomplete="current-password" required maxlength="1024"${name === '' ? '' : ' autofocus'}></label></p>
<button>Sign in</button>
</form>
${other === undefined ? '' : `<p><a href="/auth/oidc/start?next=${encodeURIComponent(next)}">${escaped(other)}</a></p>`}
<p role="alert">${escaped(note)}</p>`
  )
}

export interface SetUpPage {
  readonly status: number
  readonly token: string
  readonly name?: string
  readonly note?: string
}

export function sendSetUpPage(reply: FastifyReply, { status, token, name = '', note = '' }: SetUpPage): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: set-up',
    `<h1>Welcome to Sightline</h1>
<p>Choose who you are. From then on, everything asks for this name and password; others get their own from you.</p>
<form action="/set-up" method="post">
<input type="hidden" name="token" value="${escaped(token)}">
<p><label>Name<br><input name="name" autocomplete="username" autocapitalize="none" required maxlength="128" pattern="[A-Za-z0-9][A-Za-z0-9._@+\\-]*" title="Letters, digits and . _ @ + -" value="${escaped(name)}" autofocus></label></p>
<p><label>Password, at least 10 characters<br><input name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="256"></label></p>
<p><label>The same again<br><input name="again" type="password" autocomplete="new-password" required maxlength="256"></label></p>
<button>Begin</button>
</form>
<p role="alert">${escaped(note)}</p>`
  )
}

/** Their name goes along, for what remembers passwords. */
export function sendInvitedPage(reply: FastifyReply, { status, token, name = '', note = '' }: SetUpPage): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: choose a password',
    `<h1>Welcome to Sightline</h1>
<p>Choose a password. You sign in with it and with your name from then on. This link works once.</p>
<form action="/invited" method="post">
<input type="hidden" name="token" value="${escaped(token)}">
<p><label>Your name<br><input name="name" autocomplete="username" readonly value="${escaped(name)}"></label></p>
<p><label>Password, at least 10 characters<br><input name="password" type="password" autocomplete="new-password" required minlength="10" maxlength="256" autofocus></label></p>
<p><label>The same again<br><input name="again" type="password" autocomplete="new-password" required maxlength="256"></label></p>
<button>Begin</button>
</form>
<p role="alert">${escaped(note)}</p>`
  )
}

const linkOver =
  'This link was used, has ended, or was replaced by a newer one: ask whoever gave it to you for another.'

/** For who opens a link that opens nothing. */
export function sendLinkOverPage(reply: FastifyReply, status: number, note = linkOver): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: a link that has ended',
    `<h1>Sightline</h1>
<p role="alert">${escaped(note)}</p>
<p><a href="/sign-in">Sign in with a name and a password</a></p>`
  )
}

/** For who finds the server before there is anybody. */
export function sendNotSetUpPage(reply: FastifyReply, status: number, note = ''): FastifyReply {
  return sendPlainPage(
    reply.code(status),
    'Sightline: set-up',
    `<h1>Sightline</h1>
<p role="alert">${escaped(note)}</p>
<p>Nobody has set this server up yet. Whoever started it finds a link for that in the terminal, or in its log.</p>`
  )
}

/** Strict cookies are not sent where a link of another site led here, but are when our own page leads on. */
export function sendOnwardPage(reply: FastifyReply, next: string): FastifyReply {
  const address = escaped(next)
  return sendPlainPage(
    reply,
    'Sightline',
    `<meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Sightline</a>`
  )
}
