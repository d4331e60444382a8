"""What goes to pages and programs as it happens: events, and many cameras' pictures in one answer."""
