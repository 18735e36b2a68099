"""A pretend outside world: Meta, three payment gateways and a model provider as local servers.

Imports nothing of the product; the product reaches it only through its `*_URL` settings.
"""
