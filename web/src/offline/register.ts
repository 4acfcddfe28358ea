/** Has a worker stand by that says so in the app's words when the server cannot be reached. Only secure pages get one. */
export function registerOfflineWorker(): void {
  if (!('serviceWorker' in navigator)) return
  // What is seen first goes first.
  addEventListener('load', () => {
    // Refused by some, as in private windows: all else works without.
    void navigator.serviceWorker
      .register('/app/service-worker.js', { scope: '/', updateViaCache: 'none' })
      .catch(() => {})
  })
}
