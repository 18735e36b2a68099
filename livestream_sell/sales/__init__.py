"""The pipeline: comment, intent, reservation, order, messages."""
