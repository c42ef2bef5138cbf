"""The safety check before a person's first post: five questions, of which only the result stays."""
