"""Loopback servers that play the networks and the mail, strictly, for rehearsals, demos and tests.

It imports nothing else of the product: what it accepts comes from the networks' published
descriptions and from standards, never from what our own adapters happen to send.
"""
