"""Clients of hosted language models; nothing here is imported before a model is configured."""
