"""Abuse below our posts: what is clear, what is to be out of sight, when somebody is called.

Nothing here deletes anything, and nothing asks a network: these are rules over rows. A wish stands
in ``Reply.hidden_by``, what was proved of it in ``hidden_at``; ``moderation`` brings the two
together.
"""
