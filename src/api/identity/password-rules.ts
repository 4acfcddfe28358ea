import { SightlineError } from '../../core/errors.ts'

/** NIST SP 800-63B asks for length and nothing of what characters there are; beyond the second, only hashing gets slower. */
const [least, most] = [10, 256]

/** What people choose first, and guessers try first, in lower case without what is put before or behind it. */
const common = new Set(
  `password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena wachtwoord senha parola haslo letmein welcome willkommen
  bienvenue administrator admin root user guest default changeme changeit secret geheim qwerty qwertyuiop qwertz qwertzuiop
  azerty asdfghjkl zxcvbnm iloveyou sunshine princess football baseball superman batman dragon monkey master shadow
  sightline camera cameras security surveillance webcam testtest trustno1 whatever starwars computer internet hallo hello
  abc abcd abcdef abcdefgh abcdefghij aaaaaaaa starter correcthorsebatterystaple`.split(/\s+/)
)
const rows = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm'
]

/** Throws SL_PASSWORD_WEAK for a password that would be guessed, with what to do. */
export function requireGoodPassword(password: string, name: string): void {
  const length = [...password].length
  if (length < least)
    throw weak(
      `A password has at least ${least} characters: three or four words that only you would put together are good.`
    )
  if (length > most) throw weak(`A password has at most ${most} characters.`)
  const core = password
    .toLowerCase()
    .replace(/[^\p{L}]+$/u, '')
    .replace(/^[^\p{L}]+/u, '')
  const isName = name.length > 2 && password.toLowerCase().replaceAll(name, '').length < 6
  const isRun = new Set(password).size < 5 || rows.some(row => isPartOf(row, password.toLowerCase()))
  if (common.has(core.replace(/[\s._-]+/g, '')) || isName || isRun || core === '')
    throw weak('This password is among the first that somebody would try: take another.')
}

/** Forwards or backwards, and as often as somebody liked. */
function isPartOf(row: string, text: string): boolean {
  const half = text.slice(0, Math.max(4, Math.ceil(text.length / 2)))
  const backwards = [...row].reverse().join('')
  return (
    row.includes(text) ||
    backwards.includes(text) ||
    ((row + backwards).includes(half) && text.startsWith(half.repeat(2).slice(0, text.length)))
  )
}

function weak(message: string): SightlineError {
  return new SightlineError('SL_PASSWORD_WEAK', message)
}
