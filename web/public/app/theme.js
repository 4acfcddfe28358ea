// Before anything is drawn: whoever chose a theme sees no flash of the other one, and no letters change while they are read.
try {
  const { theme } = JSON.parse(localStorage.getItem('sightline') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (localStorage.getItem('sightline-letters') !== null) document.documentElement.dataset.letters = 'ours'
} catch {
  // A browser that keeps nothing shows the system's theme.
}
// Numbers and times are said in the browser’s language, which takes a phone long to make ready: while the app is on its way, once its frame is seen.
requestAnimationFrame(() => {
  setTimeout(() => new Intl.NumberFormat().format(0))
  setTimeout(() => new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(0))
})
