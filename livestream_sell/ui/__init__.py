"""The screens: seller dashboard and buyer checkout, in Reflex."""
