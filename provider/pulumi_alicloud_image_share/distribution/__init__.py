"""ImageDistribution: an image in several regions, shared with accounts in each."""
