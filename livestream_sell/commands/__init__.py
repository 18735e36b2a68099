"""What the command line does, one module per command; each imports what it needs when it is called."""
