"""What becomes of a recording's results: a journal, faces that are followed, tables and pictures."""
