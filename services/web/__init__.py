"""Results stream -> browsers."""
