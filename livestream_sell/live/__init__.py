"""Live events and the comments written in them."""
