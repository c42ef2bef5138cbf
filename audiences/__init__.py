"""Where: places, distances, circles and the people in them. Knows no network and no database."""
