// Before anything is drawn: whoever chose a theme sees no flash of the other one.
try {
  const { theme } = JSON.parse(localStorage.getItem('sightline') ?? '{}')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // A browser that keeps nothing shows the system's theme.
}
