"""A post as HTML, as its readers will see it: data in, escaped HTML out."""
