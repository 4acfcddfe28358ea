import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SightlineError } from '../../core/errors.ts'
import type { User } from '../../store/users.ts'
import type { FailedTries } from '../failed-tries.ts'
import { statusOf } from '../problem.ts'
import { addressOf } from '../request-origin.ts'
import { filled, takeForms } from './form.ts'
import type { Invitations } from './invitations.ts'
import { sendInvitedPage, sendLinkOverPage } from './pages.ts'
import { givenCookies } from './session-cookies.ts'
import type { SignIn } from './sign-in.ts'

export interface InvitedRoutes {
  readonly invitations: Invitations
  readonly signIn: SignIn
  /** By address: whoever guesses links waits as whoever guesses passwords. */
  readonly failedTries: FailedTries
}

const open = { config: { access: { open: true }, rate: 'signIns' } } as const

/** The plain page `/invited?token=…`: whoever has the link chooses a password, once, and is signed in. */
export function invitedRoutes(server: FastifyInstance, parts: InvitedRoutes): void {
  void server.register(async scope => {
    takeForms(scope)
    scope.get('/invited', open, async (request, reply) => {
      const { token } = request.query as { token?: unknown }
      const user = await invited(parts, request, reply, String(token ?? ''))
      return user ? sendInvitedPage(reply, { status: 200, token: String(token), name: user.name }) : reply
    })
    scope.post('/invited', open, async (request, reply) => {
      const [token = '', password = '', again = ''] = filled(request, 'token', 'password', 'again')
      const user = await invited(parts, request, reply, token)
      if (!user) return reply
      const { name } = user
      const ask = (status: number, note: string) => sendInvitedPage(reply, { status, token, name, note })
      if (password !== again) return ask(400, 'The passwords are not the same.')
      try {
        const used = await parts.invitations.use(token, password, addressOf(request.raw))
        if (!used) return sendLinkOverPage(reply, 403)
        const cookies = givenCookies(request.raw, await parts.signIn.begin(request.raw, used))
        return reply.headers({ 'set-cookie': [...cookies], 'cache-control': 'no-store' }).redirect('/', 303)
      } catch (error) {
        if (!(error instanceof SightlineError) || error.code !== 'SL_PASSWORD_WEAK') throw error
        return ask(statusOf(error), error.message)
      }
    })
  })
}

/** Whose link it is. Undefined where a page has been sent instead: the link opens nothing, or too many did not. */
async function invited(
  { invitations, failedTries }: InvitedRoutes,
  { raw }: FastifyRequest,
  reply: FastifyReply,
  token: string
): Promise<User | undefined> {
  const address = addressOf(raw)
  if (failedTries.waitMs(address) > 0) {
    sendLinkOverPage(reply, 429, 'Too many wrong links were opened: try again in a while.')
    return undefined
  }
  const user = await invitations.open(token)
  if (user) return user
  failedTries.add(address, createHash('sha256').update(token).digest('base64url'))
  sendLinkOverPage(reply, 403)
  return undefined
}
