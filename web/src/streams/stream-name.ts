import { ApiProblem } from '../api/problem.ts'

const longest = 63
/** Behind a name: `-`, and a time in letters. */
const markLength = 10
/** So many names are tried, one request each, before one is made up that nobody can have given. */
const mostCounted = 5

/**
 * A name as programs use it that `taken` does not have, after what people call it: `Front door` gives `front-door`, then
 * `front-door-2`. `usual` where nothing of it can stand in a name.
 */
export function streamNameOf(title: string, taken: readonly string[], usual = 'camera'): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const wanted = plain.slice(0, longest - markLength).replace(/-+$/, '') || usual
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`
    if (!taken.includes(name)) return name
  }
}

/**
 * Has `make` make a stream that is named after `title`, and gives its name. Names of removed streams are taken as those of
 * `taken` are, which only trying tells: who `mayTakeAgain` (admins) gets such a name, with all that is stored of it; others the next.
 * @throws what `make` does, but for names that are taken
 */
export async function underFreeName(
  title: string,
  taken: readonly string[],
  mayTakeAgain: boolean,
  make: (name: string, again: boolean) => Promise<unknown>
): Promise<string> {
  const tried = [...taken]
  while (tried.length < taken.length + mostCounted) {
    const name = streamNameOf(title, tried)
    for (const again of mayTakeAgain ? [false, true] : [false])
      try {
        await make(name, again)
        return name
      } catch (error) {
        if (!(error instanceof ApiProblem) || error.code !== 'SL_NAME_TAKEN') throw error
      }
    tried.push(name)
  }
  const name = `${streamNameOf(title, [])}-${Date.now().toString(36)}`
  await make(name, false)
  return name
}
