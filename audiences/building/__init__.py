"""How the embedded gazetteer is made from published packages; never imported at run time."""
