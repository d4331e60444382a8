"""Everything on one machine: an embedded broker and the three services as processes of their own."""
