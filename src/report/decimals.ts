/** `value` with exactly two decimals, as `toFixed(2)` but several times as fast; ties away from zero. Up to ±2^31 / 100. */
export function twoDecimals(value: number): string {
  const hundredths = Math.round(Math.abs(value) * 100)
  const whole = Math.floor(hundredths / 100)
  const rest = hundredths - whole * 100
  const sign = value < 0 && hundredths > 0 ? '-' : ''
  return rest < 10 ? `${sign}${whole}.0${rest}` : `${sign}${whole}.${rest}`
}

/** `value` to at most `scale`'s decimals (1e4: four), as the shortest number that says it; never `-0`. */
export function rounded(value: number, scale: number): number {
  return Math.round(value * scale) / scale + 0
}
