"""What is held about a tandem's two people, put together for them."""
