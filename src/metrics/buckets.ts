/** Bounds of all histograms, in seconds: from a quick Redis to a Cognito in trouble. */
export const buckets = [
  ...[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10]
]
