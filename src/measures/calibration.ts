export interface Calibration {
  toGround(x: number, y: number): [number, number]
}
