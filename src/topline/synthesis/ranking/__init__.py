"""Which treatment is best, how sure that is, and whether outcomes agree on it."""
