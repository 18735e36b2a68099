"""Routes by slice: 5 to 15 lines each."""
