import type { FastifyInstance } from 'fastify'

/**
 * Remembers the routes that `server` is given from now on.
 * @returns the methods that there are for a path, in the order of the alphabet; none for a path that there is not. Where a route
 * names a part of the path, what others would take that part for does not count
 */
export function allowedMethods(server: FastifyInstance): (path: string) => readonly string[] {
  const methodsByPattern = new Map<string, Set<string>>()
  server.addHook('onRoute', ({ method, url }) => {
    const methods = methodsByPattern.get(url) ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    methodsByPattern.set(url, methods)
  })
  return path => {
    const parts = path.split('/')
    const fitting = [...methodsByPattern].filter(([pattern]) => fits(pattern, parts))
    const closest = fitting.map(([pattern]) => openness(pattern)).sort()[0]
    const methods = fitting.filter(([pattern]) => openness(pattern) === closest).flatMap(([, found]) => [...found])
    return [...new Set(methods)].sort()
  }
}

/** By part: named, any one, any number. Of two that fit a path, the one that sorts first says more of it. */
function openness(pattern: string): string {
  return pattern.replace(/[^/]+/g, part => (part === '*' ? '2' : part.startsWith(':') ? '1' : '0'))
}

function fits(pattern: string, parts: readonly string[]): boolean {
  const wanted = pattern.split('/')
  if (wanted.at(-1) === '*') return wanted.slice(0, -1).every((part, index) => fitsPart(part, parts[index]))
  return wanted.length === parts.length && wanted.every((part, index) => fitsPart(part, parts[index]))
}

function fitsPart(wanted: string, part: string | undefined): boolean {
  return part !== undefined && (wanted.startsWith(':') ? part !== '' : wanted === part)
}
