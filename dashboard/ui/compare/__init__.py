"""A draft compared: with what other clients make of it, in both dialects, and as a picture to be approved."""
