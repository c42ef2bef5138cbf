"""The rehearsal: the user's own campaign, played in the sandbox from a copy that is thrown away."""
