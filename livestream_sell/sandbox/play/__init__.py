"""The page that plays the public, and the control API behind it."""
