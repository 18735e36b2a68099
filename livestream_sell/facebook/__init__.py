"""Meta's protocol: signatures, webhook payloads, the Graph client, Page sessions."""
