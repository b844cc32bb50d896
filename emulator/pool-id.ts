/** Names that are the same in every run. */

export const clientId = 'localclient0000000000000001'
