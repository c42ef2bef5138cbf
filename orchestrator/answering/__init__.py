"""Answering people: a first word, a last word, and whatever lies between.

A person confirms each answer with its exact words in front of them. It is written down before it is
sent, sent once, and read back where nobody knows what became of it.
"""
