"""`mien analyze`: recorded videos, every frame of them."""
