"""Sellers, their stores, members and the kill switch."""
