/** Imported first by what scripts start: ends with them, and all that is measured ends with it. */
process.once('disconnect', () => process.exit(1))
// To listen would keep the process alive.
process.channel?.unref()
