"""The first look at a store."""
