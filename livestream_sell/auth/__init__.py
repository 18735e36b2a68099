"""Who is asking: passwords, tokens, the actor of a request."""
