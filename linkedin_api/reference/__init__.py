"""Facts of LinkedIn's documentation: URNs, limits, versions, products."""
