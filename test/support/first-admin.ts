const person = { name: 'ada', password: 'eleven tall lighthouses' }

/**
 * The header by which somebody who may do everything asks `sightline serve`: the first admin, who takes the link that it says
 * while nobody is there, and signs in where somebody is. `said`: its standard error.
 */
export async function asFirstAdmin(url: string, said: string): Promise<{ readonly cookie: string }> {
  const [, token] = /\/set-up\?token=(\S+)/.exec(said) ?? []
  const isThere = token === undefined
  const form = isThere ? person : { ...person, token, again: person.password }
  const answer = await fetch(`${url}/${isThere ? 'sign-in' : 'set-up'}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual'
  })
  if (answer.status !== 303) throw new Error(`Nobody was let in: ${answer.status} ${await answer.text()}`)
  return {
    cookie: answer.headers
      .getSetCookie()
      .map(cookie => cookie.split(';')[0])
      .join('; ')
  }
}

/** The same, as Playwright's `context.addCookies` takes it. */
export function browserCookies(url: string, { cookie }: { readonly cookie: string }) {
  return cookie.split('; ').map(pair => {
    const [name = '', ...value] = pair.split('=')
    return { name, value: value.join('='), url }
  })
}
