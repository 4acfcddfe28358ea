/**
 * Constant velocity Kalman filters over four measured quantities each, one filter a slot.
 *
 * SORT and ByteTrack use an 8×8 covariance in which a quantity is only ever correlated with its own velocity:
 * motion couples position i with velocity i, and every noise is diagonal. The 8×8 filter therefore falls apart
 * into four 2×2 ones, with the same numbers at a fraction of the work. (A tracker that turns the state by the
 * camera's motion breaks this and needs the whole matrix.)
 */
export class ConstantVelocityFilters {
  /** 8 a slot: four positions, then their velocities per nominal frame. */
  means = new Float64Array(0)
  /** 12 a slot: for each quantity var(position), cov(position, velocity), var(velocity). */
  covariances = new Float64Array(0)

  /** Makes room for `slots` filters; those that exist keep their state. */
  reserve(slots: number): void {
    const means = new Float64Array(slots * 8)
    means.set(this.means)
    this.means = means
    const covariances = new Float64Array(slots * 12)
    covariances.set(this.covariances)
    this.covariances = covariances
  }

  /** Makes a slot what it is in `from`, which has room for it. */
  copy(from: ConstantVelocityFilters, slot: number): void {
    this.means.set(from.means.subarray(slot * 8, slot * 8 + 8), slot * 8)
    this.covariances.set(from.covariances.subarray(slot * 12, slot * 12 + 12), slot * 12)
  }

  /** Begins at a measurement of four, at rest. `variances`: four of the positions, then four of the velocities. */
  start(slot: number, measurement: Float64Array, variances: Float64Array): void {
    for (let i = 0; i < 4; i++) {
      this.means[slot * 8 + i] = measurement[i]!
      this.means[slot * 8 + 4 + i] = 0
      this.covariances[slot * 12 + i * 3] = variances[i]!
      this.covariances[slot * 12 + i * 3 + 1] = 0
      this.covariances[slot * 12 + i * 3 + 2] = variances[4 + i]!
    }
  }

  /**
   * Moves a slot on by `step` nominal frames. `noise` holds the variances that one nominal frame adds (four of the
   * positions, four of the velocities); they grow linearly with time. A step of 1 is the published filter.
   */
  predict(slot: number, step: number, noise: Float64Array): void {
    const { means, covariances } = this
    for (let i = 0; i < 4; i++) {
      const c = slot * 12 + i * 3
      const velocityVariance = covariances[c + 2]!
      means[slot * 8 + i]! += step * means[slot * 8 + 4 + i]!
      covariances[c]! += step * (2 * covariances[c + 1]! + step * velocityVariance + noise[i]!)
      covariances[c + 1]! += step * velocityVariance
      covariances[c + 2]! += step * noise[4 + i]!
    }
  }

  /** Corrects a slot by a measurement of four whose variances are `noise`; these must be positive. */
  update(slot: number, measurement: Float64Array, noise: Float64Array): void {
    const { means, covariances } = this
    for (let i = 0; i < 4; i++) {
      const c = slot * 12 + i * 3
      const positionVariance = covariances[c]!
      const covariance = covariances[c + 1]!
      const total = positionVariance + noise[i]!
      const kept = noise[i]! / total
      const innovation = measurement[i]! - means[slot * 8 + i]!
      means[slot * 8 + i]! += (positionVariance / total) * innovation
      means[slot * 8 + 4 + i]! += (covariance / total) * innovation
      covariances[c] = positionVariance * kept
      covariances[c + 1] = covariance * kept
      covariances[c + 2]! -= (covariance / total) * covariance
    }
  }
}
