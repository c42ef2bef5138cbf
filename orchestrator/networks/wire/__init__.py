"""What goes over the wire to a network, and what its answers mean.

``transport``, ``graph`` and ``x_api`` import the vendors' libraries, so they are imported inside
calls; the other modules are quick to import.
"""
