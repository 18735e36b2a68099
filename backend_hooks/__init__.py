"""How the world reaches the slices: HTTP routes, webhooks and the worker."""
