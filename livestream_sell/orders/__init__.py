"""Carts and orders, their lifecycle and the checkout."""
