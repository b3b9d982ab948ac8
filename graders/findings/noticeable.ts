/** Less than this is rounding, and needs no cause. */
export const NOTICEABLE = 0.005
