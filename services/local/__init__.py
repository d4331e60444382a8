"""Everything on one machine: an embedded broker and the services as processes of their own, no Docker."""
