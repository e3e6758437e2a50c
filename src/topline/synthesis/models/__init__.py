"""Other models of the same evidence: covariates, missing outcomes, the size of heterogeneity."""
