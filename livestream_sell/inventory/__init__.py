"""Products, stock and the reservations that hold it."""
