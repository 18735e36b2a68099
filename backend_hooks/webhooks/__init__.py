"""Webhooks: verify, stamp, make durable, answer. Nothing else."""
