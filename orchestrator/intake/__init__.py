"""From a file of tandems to rows in the database; nothing that arrives is trusted."""
