/** Degrees clockwise from upwards in the picture, as it looks, from 0 to below 360. `aspect` is width by height. */
export function headingOf(alongX: number, alongY: number, aspect: number): number {
  const degrees = (Math.atan2(alongX * aspect, -alongY) * 180) / Math.PI
  return (Math.round((degrees + 360) * 10) % 3600) / 10
}

/** Degrees between two headings, from 0 to 180. */
export function angleBetween(heading: number, other: number): number {
  const difference = Math.abs(heading - other) % 360
  return difference > 180 ? 360 - difference : difference
}
