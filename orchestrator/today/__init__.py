"""One look in the morning: what goes out, who waits for a call, what happened, what is wrong."""
