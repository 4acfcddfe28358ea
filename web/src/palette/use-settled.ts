import { useEffect, useState } from 'react'

/** `value` once it has stayed the same for `forMs`: servers are asked for what somebody means, and not for each letter. */
export function useSettled<Value>(value: Value, forMs: number): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), forMs)
    return () => clearTimeout(timer)
  }, [value, forMs])
  return settled
}
