/** Reads `<turn:…>; rel="ice-server"; username="…"; credential="…"`, as many as there are. */
export function readIceServers(links: string): { urls: string; username?: string; credential?: string }[] {
  return [...links.matchAll(/<([^>]+)>((?:\s*;\s*[\w-]+="(?:[^"\\]|\\.)*")*)/g)].flatMap(([, urls = '', rest = '']) => {
    const parameters = new Map(
      [...rest.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [
        name,
        value.replaceAll(/\\(.)/g, '$1')
      ])
    )
    if (parameters.get('rel') !== 'ice-server') return []
    const [username, credential] = [parameters.get('username'), parameters.get('credential')]
    return [{ urls, ...(username !== undefined && { username }), ...(credential !== undefined && { credential }) }]
  })
}
