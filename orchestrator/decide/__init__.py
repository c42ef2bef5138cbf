"""What a person decides about a post, and what has to come back at once because of it."""
