"""For how long what people said, and how to reach them, is kept; what is over is let go of."""
