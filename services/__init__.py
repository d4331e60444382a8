"""The three services, and what starts them on one machine."""
