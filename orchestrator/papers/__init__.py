"""Privacy papers: drafts for the data protection officer, from what is really configured."""
