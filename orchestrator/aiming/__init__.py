"""Who is really reached around a tandem: followers, a network's own count, and what to mind."""
