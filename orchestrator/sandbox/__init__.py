"""A loopback HTTP server that plays the networks, strictly, for rehearsals, demos and tests.

It imports nothing else of the product: what it accepts comes from the networks' published
descriptions, never from what our own adapters happen to send.
"""
