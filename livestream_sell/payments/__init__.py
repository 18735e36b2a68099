"""Gateways behind one protocol; payments settle once."""
