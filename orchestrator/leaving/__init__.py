"""A tandem leaves the campaign: by withdrawal, because it is closed, or when a consent ends."""
