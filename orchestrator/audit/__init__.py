"""The audit log as people and scripts read it, and the proof that nobody has touched it."""
