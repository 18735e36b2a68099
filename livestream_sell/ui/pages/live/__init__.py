"""Live Control Center."""
