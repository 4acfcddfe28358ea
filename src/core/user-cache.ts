/** The launcher needs it too, before there is a Node that reads TypeScript. */
export { type CacheSurroundings, userCache } from '../../bin/user-cache.mjs'
