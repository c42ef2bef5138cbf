"""The command line: one module per noun; gather, preview, confirm, do, say."""
