"""What people agree to, in whose words, and what proves it."""
