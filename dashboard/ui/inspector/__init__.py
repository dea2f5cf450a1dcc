"""What the Inspector draws beside its table: posts, figures, a comparison, and downloads."""
